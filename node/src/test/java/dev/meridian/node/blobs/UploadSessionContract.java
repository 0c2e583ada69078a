package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What upload sessions of every {@link BlobStore} keep, seen through nodes that share a storage.
 */
abstract class UploadSessionContract extends BlobStoreFixture {

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 100_000, MIB - 1, MIB, MIB + 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 23 * MIB})
  void completesWhatOneStreamBrought(int size) throws Exception {
    BlobStore store = node();
    byte[] content = bytes(size);

    StoredObject object;
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(content));
      assertThat(upload.length()).isEqualTo(size);
      object = upload.complete();
    }

    assertThat(object.size()).isEqualTo(size);
    assertThat(object.leftovers()).isEmpty();
    assertThat(node().size(object.key())).contains((long) size);
    assertContent(object, content);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MIB, 3 * MIB, 5 * MIB, 12 * MIB + 7})
  void completesOnAnotherNodeWithoutFurtherBytes(int size) throws Exception {
    byte[] content = bytes(size);
    BlobStore first = node();
    UploadState state = appendAndFlush(first, first.begin(key), content, false);
    assertThat(state.length()).isEqualTo(size);

    StoredObject object = complete(node(), state);

    assertThat(object.size()).isEqualTo(size);
    assertContent(object, content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000, 3 * MIB, 5 * MIB, 8 * MIB + 3})
  void joinsChunksThatWentToDifferentNodes(int chunk) throws Exception {
    byte[] content = bytes(4 * chunk + chunk / 2);
    List<String> leftovers = new ArrayList<>();
    BlobStore store = node();
    UploadState state = store.begin(key);
    for (int at = 0; at < content.length; at += chunk) {
      store = node();
      byte[] part = Arrays.copyOfRange(content, at, Math.min(at + chunk, content.length));
      try (ObjectUpload upload = store.resume(state)) {
        upload.append(dribble(part));
        state = upload.flush(true);
        leftovers.addAll(upload.leftovers());
      }
      assertThat(state.storage()).hasSizeLessThanOrEqualTo(512).matches("[A-Za-z0-9_-]*");
      assertThat(state.key()).isEqualTo(key);
      assertThat(state.length()).isEqualTo(at + part.length);
    }

    StoredObject object = complete(node(), state);

    assertContent(object, content);
    leftovers.addAll(object.leftovers());
    assertThat(leftovers).doesNotHaveDuplicates().doesNotContain(object.key());
    leftovers.forEach(store::delete);
    assertThat(listAll(store)).isEqualTo(List.of(object.key()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2 * MIB, 5 * MIB, 13 * MIB})
  void goesOnAfterAStreamThatWasTakenForWhole(int size) throws Exception {
    byte[] content = bytes(2 * size + 11);
    BlobStore first = node();
    UploadState state =
        appendAndFlush(first, first.begin(key), Arrays.copyOf(content, size), false);
    state = appendAndFlush(node(), state, Arrays.copyOfRange(content, size, size + 11), false);

    BlobStore last = node();
    StoredObject object;
    try (ObjectUpload upload = last.resume(state)) {
      upload.append(dribble(Arrays.copyOfRange(content, size + 11, content.length)));
      object = upload.complete();
    }

    assertContent(object, content);
  }

  @Test
  void goesOnAfterAChunkWithoutBytes() throws Exception {
    BlobStore store = node();
    byte[] content = bytes(10);
    UploadState state = appendAndFlush(store, store.begin(key), bytes(0), true);
    state = appendAndFlush(store, state, content, true);
    state = appendAndFlush(store, state, bytes(0), true);
    assertContent(complete(node(), state), content);
  }

  @Test
  void showsNothingBeforeItIsComplete() throws Exception {
    BlobStore store = node();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(bytes(7 * MIB)));
      assertThat(store.size(key)).isEmpty();
      StoredObject object = upload.complete();
      assertThat(store.size(object.key())).isPresent();
    }
  }

  @Test
  void letsOnlyOneOfTwoWritersGoOnFromOneState() throws Exception {
    byte[] begun = bytes(6 * MIB);
    byte[] mine = bytes(6 * MIB + 1);
    byte[] others = bytes(7 * MIB);
    BlobStore first = node();
    UploadState state = appendAndFlush(first, first.begin(key), begun, true);

    List<StoredObject> objects =
        race(
            () -> appendAndComplete(node(), state, mine),
            () -> appendAndComplete(node(), state, others));

    if (completesAtomically()) {
      assertThat(objects).hasSizeLessThanOrEqualTo(1);
      for (StoredObject object : objects) {
        assertThat(read(node(), object))
            .isIn(List.of(concatenate(begun, mine), concatenate(begun, others)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 3 * MIB, 6 * MIB})
  void writersThatBeginOneSessionAtOnceNeverMix(int size) throws Exception {
    byte[] mine = bytes(size);
    byte[] others = bytes(size);
    BlobStore first = node();
    UploadState state = first.begin(key);

    List<StoredObject> objects =
        race(
            () -> appendAndComplete(first, state, mine),
            () -> appendAndComplete(node(), state, others));

    assertThat(objects).isNotEmpty();
    assertThat(objects).extracting(StoredObject::key).doesNotHaveDuplicates();
    for (StoredObject object : objects) {
      assertThat(read(node(), object)).isIn(List.of(mine, others));
    }
  }

  @Test
  void refusesAStaleState() throws Exception {
    BlobStore store = node();
    UploadState stale = appendAndFlush(store, store.begin(key), bytes(6 * MIB), true);
    UploadState current = appendAndFlush(node(), stale, bytes(6 * MIB), true);
    BlobStore third = node();

    assertThatThrownBy(() -> third.resume(stale)).isInstanceOf(UploadConflictException.class);
    assertThat(complete(third, current).size()).isEqualTo(12 * MIB);
  }

  @Test
  void refusesAStateOfOtherBytesOfTheSameLength() throws Exception {
    BlobStore store = node();
    UploadState one = appendAndFlush(store, store.begin(key), bytes(6 * MIB), true);
    String other = ObjectKeys.create(now);
    UploadState two = appendAndFlush(store, store.begin(other), bytes(6 * MIB), true);
    BlobStore third = node();

    UploadState mixed = new UploadState(key, two.length(), two.storage());

    if (!one.storage().equals(two.storage())) {
      assertThatThrownBy(() -> third.resume(mixed))
          .isInstanceOfAny(UploadConflictException.class, BlobStoreException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 6 * MIB})
  void recoversAStateWhoseAnswerWasLost(int size) throws Exception {
    byte[] content = bytes(3 * size);
    BlobStore store = node();
    UploadState begun = store.begin(key);
    UploadState known = appendAndFlush(store, begun, Arrays.copyOf(content, size), true);
    UploadState lost =
        appendAndFlush(store, known, Arrays.copyOfRange(content, size, 2 * size), true);
    BlobStore other = node();

    assertThat(other.recover(begun).length()).isEqualTo(lost.length());
    assertThat(other.recover(lost).length()).isEqualTo(lost.length());
    UploadState recovered = other.recover(known);

    assertThat(recovered.length()).isEqualTo(lost.length());
    assertContent(
        appendAndComplete(node(), recovered, Arrays.copyOfRange(content, 2 * size, content.length)),
        content);
  }

  @Test
  void recoversASessionThatOnlyBegan() throws Exception {
    BlobStore store = node();
    assertThat(store.recover(store.begin(key)).length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 14 * MIB})
  void goesOnAfterAnAppendThatWasNeverFlushed(int size) throws Exception {
    byte[] content = bytes(6 * MIB + size + 5);
    BlobStore store = node();
    UploadState known =
        appendAndFlush(store, store.begin(key), Arrays.copyOf(content, 6 * MIB), true);
    try (ObjectUpload upload = store.resume(known)) {
      upload.append(dribble(Arrays.copyOfRange(content, 6 * MIB, 6 * MIB + size)));
    }

    BlobStore other = node();
    UploadState recovered = other.recover(known);
    int from = Math.toIntExact(recovered.length());

    assertThat(from).isBetween(6 * MIB, 6 * MIB + size);
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    assertContent(appendAndComplete(other, recovered, rest), content);
  }

  @Test
  void passesOnWhatTheStreamThrowsAndKeepsWhatCameBefore() throws Exception {
    byte[] content = bytes(9 * MIB);
    IOException vanished = new IOException("the client vanished");
    BlobStore store = node();
    UploadState state;
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      assertThatThrownBy(
              () -> upload.append(failingAfter(Arrays.copyOf(content, 7 * MIB), vanished)))
          .isSameAs(vanished);
      assertThat(upload.length()).isEqualTo(7 * MIB);
      state = upload.flush(true);
    }
    assertThat(state.length()).isEqualTo(7 * MIB);
    byte[] rest = Arrays.copyOfRange(content, 7 * MIB, content.length);
    assertContent(appendAndComplete(node(), state, rest), content);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 12 * MIB})
  void leavesNothingOfAnAbortedSession(int size) throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(size), true);
    BlobStore other = node();
    List<String> leftovers;
    try (ObjectUpload upload = other.resume(state)) {
      upload.abort();
      leftovers = upload.leftovers();
    }

    leftovers.forEach(other::delete);
    assertThat(listAll(other)).isEmpty();
    if (size > 0) {
      assertKind(Kind.NOT_FOUND, () -> other.recover(state));
    }
  }

  @Test
  void abortsBytesThatWereNeverFlushed() throws Exception {
    BlobStore store = node();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(bytes(12 * MIB)));
      upload.abort();
      assertThat(upload.leftovers()).isEmpty();
    }
    assertThat(listAll(store)).isEmpty();
  }

  @Test
  void aCompletedSessionCannotBeResumed() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(12 * MIB), true);
    StoredObject object = complete(store, state);
    BlobStore other = node();

    assertKind(Kind.NOT_FOUND, () -> other.resume(state));
    assertKind(Kind.NOT_FOUND, () -> other.recover(state));
    assertThat(other.size(object.key())).contains(12L * MIB);
  }

  @Test
  void aCompletedSessionsObjectIsFoundInTheListOfItsHour() throws Exception {
    BlobStore store = node();
    StoredObject object =
        complete(store, appendAndFlush(store, store.begin(key), bytes(6 * MIB), true));
    String earlier = key.substring(0, key.length() - 32) + "0".repeat(32);
    complete(store, appendAndFlush(store, store.begin(earlier), bytes(10), false));

    ObjectListing listing =
        node().list(ObjectKeys.hourOf(key), Optional.of(ObjectKeys.before(key)), 1);

    assertThat(listing.objects()).containsExactly(object.key());
    assertThat(ObjectKeys.sessionOf(object.key())).isEqualTo(key);
  }

  @Test
  void aHoldEndsWithItsLastCall() throws Exception {
    BlobStore store = node();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(bytes(5)));
      upload.flush(false);
      assertThat(upload.length()).isEqualTo(5);
      assertThatThrownBy(() -> upload.append(dribble(bytes(5))))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(upload::complete).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(upload::abort).isInstanceOf(IllegalStateException.class);
    }
  }
}

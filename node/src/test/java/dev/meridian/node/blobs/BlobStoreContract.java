package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link BlobStore} keeps. */
public abstract class BlobStoreContract extends UploadSessionContract {

  @Test
  void readsRanges() throws Exception {
    byte[] content = bytes(6 * MIB);
    BlobStore store = node();
    StoredObject object = appendAndComplete(store, store.begin(key), content);

    for (ByteRange range :
        List.of(
            new ByteRange(0, 0),
            new ByteRange(1, 1000),
            new ByteRange(5 * MIB - 1, 5 * MIB),
            new ByteRange(6 * MIB - 1, 6 * MIB - 1))) {
      try (BlobBody body = store.open(object.key(), range);
          InputStream stream = body.openStream()) {
        assertThat(body.length()).isEqualTo(range.length());
        assertThat(stream.readAllBytes())
            .isEqualTo(Arrays.copyOfRange(content, (int) range.first(), (int) range.last() + 1));
      }
    }
    assertKind(Kind.NOT_FOUND, () -> store.open(object.key(), new ByteRange(6 * MIB, 6 * MIB)));
    assertKind(Kind.NOT_FOUND, () -> store.open(object.key(), new ByteRange(5, 6 * MIB)));
  }

  @Test
  void aReaderMayStopInTheMiddle() throws Exception {
    BlobStore store = node();
    StoredObject object = appendAndComplete(store, store.begin(key), bytes(8 * MIB));
    for (int i = 0; i < 5; i++) {
      try (BlobBody body = store.open(object.key(), ByteRange.whole(object.size()));
          InputStream stream = body.openStream()) {
        assertThat(stream.read()).isNotNegative();
      }
    }
    assertThat(store.size(object.key())).isPresent();
  }

  @Test
  void saysThatThereIsNoSuchObject() {
    BlobStore store = node();
    assertThat(store.size(key)).isEmpty();
    assertKind(Kind.NOT_FOUND, () -> store.open(key, new ByteRange(0, 0)));
  }

  @Test
  void deletesTwice() throws Exception {
    BlobStore store = node();
    StoredObject object = appendAndComplete(store, store.begin(key), bytes(10));
    store.delete(object.key());
    assertThat(store.size(object.key())).isEmpty();
    store.delete(object.key());
  }

  @Test
  void listsTheObjectsAndUnfinishedSessionsOfAnHourByPages() throws Exception {
    BlobStore store = node();
    TreeSet<String> objects = new TreeSet<>();
    TreeSet<String> sessions = new TreeSet<>();
    for (int i = 0; i < 5; i++) {
      BlobStore writer = i % 2 == 0 ? store : node();
      objects.add(appendAndComplete(writer, writer.begin(ObjectKeys.create(now)), bytes(9)).key());
      String session = ObjectKeys.create(now);
      sessions.add(session);
      appendAndFlush(writer, writer.begin(session), bytes(6 * MIB), false);
    }
    appendAndComplete(store, store.begin(ObjectKeys.create(now + 3_600_000)), bytes(9));

    List<String> seenObjects = new ArrayList<>();
    List<UploadState> unfinished = new ArrayList<>();
    Optional<String> after = Optional.empty();
    ObjectListing page;
    do {
      page = store.list(ObjectKeys.hourPrefix(now), after, 3);
      assertThat(page.objects().size() + page.unfinished().size()).isBetween(1, 3);
      seenObjects.addAll(page.objects());
      unfinished.addAll(page.unfinished());
      after = Optional.of(lastOf(page));
    } while (page.more());

    assertThat(seenObjects).containsExactlyElementsOf(objects);
    assertThat(unfinished)
        .extracting(state -> ObjectKeys.sessionOf(state.key()))
        .containsExactlyElementsOf(sessions);
    for (UploadState state : unfinished) {
      try (ObjectUpload upload = store.resume(store.recover(state))) {
        upload.abort();
      }
    }
    assertThat(store.list(ObjectKeys.hourPrefix(now), Optional.empty(), 100).unfinished())
        .isEmpty();
  }

  @Test
  void listsNothingOfAnHourWithoutUploads() {
    ObjectListing page = node().list(ObjectKeys.hourPrefix(now), Optional.empty(), 10);
    assertThat(page.objects()).isEmpty();
    assertThat(page.unfinished()).isEmpty();
    assertThat(page.more()).isFalse();
  }

  @Test
  void probes() {
    node().probe();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "objects",
        "objects/00000000/",
        "../../../etc/passwd",
        "objects/00000000/../../../../../etc/passwd",
        "/objects/00000000/0123456789abcdef0123456789abcdef",
        "objects/00000000/0123456789ABCDEF0123456789ABCDEF",
        "objects/00000000/0123456789abcdef0123456789abcdef\u0000",
        "objects/00000000/0123456789abcdef0123456789abcdef/x",
        "objects/000/0123456789abcdef0123456789abcdef"
      })
  void refusesKeysThatAreNoneOfOurs(String foreign) {
    BlobStore store = node();
    ByteRange range = new ByteRange(0, 0);
    for (Callable<?> call :
        List.<Callable<?>>of(
            () -> store.begin(foreign),
            () -> store.resume(new UploadState(foreign, 0, "")),
            () -> store.recover(new UploadState(foreign, 0, "")),
            () -> store.open(foreign, range),
            () -> store.size(foreign),
            () -> store.presign(foreign, Duration.ofMinutes(1), "text/plain"),
            () -> store.list(foreign + "x", Optional.empty(), 1))) {
      assertThatThrownBy(call::call).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.delete(foreign)).isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.meridian.node.blobs.s3;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.BlobStoreFixture;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of push asks of S3, request by request. Parts have 5 MiB here. */
class S3RequestsOfUploadsTest extends BlobStoreFixture {

  @TempDir private static Path directory;

  private static S3ProxyServer server;
  private static S3Bucket bucket;

  @TempDir private Path spools;

  private final RecordedRequests requests = new RecordedRequests();

  @BeforeAll
  static void startServer() throws Exception {
    server = new S3ProxyServer(Files.createDirectory(directory.resolve("s3")));
    bucket = server.createBucket();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  @Override
  protected BlobStore newStore() throws IOException {
    return new S3BlobStore(
        bucket.settings(Files.createTempDirectory(spools, "node")), List.of(requests));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, MIB, MIB + 1, 5 * MIB})
  void whatFitsIntoOnePartIsOnePut(int size) throws Exception {
    BlobStore store = node();
    appendAndComplete(store, store.begin(key), bytes(size));
    assertThat(requests.drain()).containsExactly("put");
  }

  @Test
  void aLargerBlobIsItsPartsAndTwoRequests() throws Exception {
    BlobStore store = node();
    appendAndComplete(store, store.begin(key), bytes(16 * MIB));
    assertThat(requests.drain())
        .containsExactlyInAnyOrder("create", "part", "part", "part", "part", "complete")
        .startsWith("create")
        .endsWith("complete");
  }

  @Test
  void anEmptyPutAfterAStreamedPatchOfOnePartAsksForNothing() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(3 * MIB), false);
    assertThat(requests.drain()).containsExactly("put");
    complete(node(), state);
    assertThat(requests.drain()).isEmpty();
  }

  @Test
  void anEmptyPutAfterAStreamedPatchCompletes() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(12 * MIB), false);
    assertThat(requests.drain()).containsExactlyInAnyOrder("create", "part", "part", "part");
    complete(store, state);
    assertThat(requests.drain()).containsExactly("complete");
  }

  @Test
  void onAnotherNodeAnEmptyPutListsThePartsOnce() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(12 * MIB), false);
    requests.drain();
    complete(node(), state);
    assertThat(requests.drain()).containsExactly("list parts", "complete");
  }

  @Test
  void chunksOfAPartOrMoreAreOneRequestEach() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(5 * MIB), true);
    state = appendAndFlush(store, state, bytes(5 * MIB), true);
    appendAndComplete(store, state, bytes(MIB));
    assertThat(requests.drain()).containsExactly("create", "part", "part", "part", "complete");
  }

  @Test
  void aSmallRemainderIsReadBackOnce() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(6 * MIB), true);
    // Both at once.
    assertThat(requests.drain()).containsExactlyInAnyOrder("create", "part", "put");
    try (ObjectUpload upload = store.resume(state)) {
      upload.append(dribble(bytes(4 * MIB)));
      state = upload.flush(true);
      assertThat(upload.leftovers()).hasSize(1);
    }
    assertThat(requests.drain()).containsExactly("get", "part");
    complete(store, state);
    assertThat(requests.drain()).containsExactly("complete");
  }

  @Test
  void anAppendWithoutBytesReadsNothingBack() throws Exception {
    BlobStore store = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(1000), true);
    requests.drain();
    StoredObject object = appendAndComplete(store, state, bytes(0));
    assertThat(requests.drain()).isEmpty();
    assertThat(object.leftovers()).isEmpty();
  }

  @Test
  void aPullIsOneRequest() throws Exception {
    BlobStore store = node();
    StoredObject object = appendAndComplete(store, store.begin(key), bytes(6 * MIB));
    requests.drain();
    read(store, object);
    assertThat(requests.drain()).containsExactly("get");
  }

  @Test
  void aVanishedClientsUploadIsAborted() throws Exception {
    BlobStore store = node();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(bytes(6 * MIB)));
      // Another thread sends it, unless it is stopped before.
      eventually(() -> assertThat(requests.soFar()).contains("part"));
    }
    assertThat(requests.drain()).containsExactlyInAnyOrder("create", "part", "abort");
    assertThat(listAll(store)).isEmpty();
  }

  @Test
  void takesACompletionWhoseAnswerWasLostForDone() throws Exception {
    byte[] content = bytes(6 * MIB);
    BlobStore store = node();
    requests.loseAnswer("complete");
    StoredObject object = appendAndComplete(store, store.begin(key), content);
    assertThat(requests.drain()).endsWith("complete", "head");
    assertThat(read(store, object)).isEqualTo(content);
  }

  @Test
  void sendsAPartAgainWhoseAnswerWasLost() throws Exception {
    byte[] content = bytes(6 * MIB);
    BlobStore store = node();
    requests.loseAnswer("part");
    StoredObject object = appendAndComplete(store, store.begin(key), content);
    assertThat(requests.drain()).filteredOn("part"::equals).hasSize(3);
    assertThat(read(store, object)).isEqualTo(content);
  }

  @Test
  void refusesToCompleteWithPartsThatAnotherWriterReplaced() throws Exception {
    BlobStore store = node();
    BlobStore other = node();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(5 * MIB), true);
    try (ObjectUpload mine = store.resume(state);
        ObjectUpload others = other.resume(state)) {
      mine.append(dribble(bytes(6 * MIB)));
      UploadState ours = mine.flush(false);
      others.append(dribble(bytes(6 * MIB)));
      others.flush(false);
      assertThatThrownBy(() -> complete(store, ours)).isInstanceOf(UploadConflictException.class);
    }
  }

  @Test
  void startsWithoutItsBucketAndThenNamesIt() throws Exception {
    S3Bucket missing =
        new S3Bucket(bucket.endpoint(), "us-east-1", "no-such-bucket", "ACCESS", "SECRET");
    try (BlobStore store = new S3BlobStore(missing.settings(spools))) {
      assertThatThrownBy(store::probe)
          .hasMessageContaining("no-such-bucket")
          .hasMessageContaining(bucket.endpoint());
      assertKind(Kind.REFUSED, () -> appendAndComplete(store, store.begin(key), bytes(10)));
    }
  }

  @Test
  void refusesWrongCredentials() throws Exception {
    S3Bucket wrong =
        new S3Bucket(bucket.endpoint(), "us-east-1", bucket.name(), "ACCESS", "WRONG-SECRET");
    try (BlobStore store = new S3BlobStore(wrong.settings(spools))) {
      assertKind(Kind.REFUSED, () -> appendAndComplete(store, store.begin(key), bytes(10)));
      assertKind(Kind.REFUSED, () -> appendAndComplete(store, store.begin(key), bytes(6 * MIB)));
    }
  }

  @Test
  void saysThatAServerThatIsAwayIsUnavailable() throws Exception {
    S3Bucket away = new S3Bucket("http://127.0.0.1:1", "us-east-1", "bucket", "A", "S");
    try (BlobStore store = new S3BlobStore(away.settings(spools))) {
      assertKind(Kind.UNAVAILABLE, () -> store.size(key));
      assertKind(Kind.UNAVAILABLE, () -> appendAndComplete(store, store.begin(key), bytes(10)));
    }
  }
}

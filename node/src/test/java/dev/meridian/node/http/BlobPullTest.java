package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.NoHolderException;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.redirect.RedirectPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OCI distribution-spec, "Pulling blobs". */
class BlobPullTest extends EdgeTest {

  private static final RegionId OTHER = RegionId.parse("eu-west");
  private static final byte[] CONTENT = new byte[2048];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @Test
  void servesABlobWithItsDigestAndLength() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    Answer got = get(digest);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.bytes()).isEqualTo(CONTENT);
    assertThat(got.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(got.header("Content-Length")).isEqualTo("2048");
    assertThat(got.header("Accept-Ranges")).isEqualTo("bytes");
    Answer head = client.head("/v2/demo/app/blobs/" + digest);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo("2048");
    assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest.toString());
  }

  @Test
  void servesALargeBlobWhole() throws IOException {
    byte[] large = new byte[5 << 20];
    new Random(2).nextBytes(large);
    Digest digest = client.pushBlob("demo/app", large);
    assertThat(get(digest).bytes()).isEqualTo(large);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=500-1499, 500, 1499",
    "bytes=500-, 500, 2047",
    "bytes=-500, 1548, 2047",
    "bytes=2000-5000, 2000, 2047",
    "bytes=0-0, 0, 0",
    "bytes=-5000, 0, 2047"
  })
  void servesARange(String header, int first, int last) throws IOException {
    Answer got = get(client.pushBlob("demo/app", CONTENT), "Range", header);
    assertThat(got.status()).isEqualTo(206);
    assertThat(got.header("Content-Range")).isEqualTo("bytes " + first + "-" + last + "/2048");
    assertThat(got.header("Content-Length")).isEqualTo("" + (last - first + 1));
    assertThat(got.bytes()).isEqualTo(Arrays.copyOfRange(CONTENT, first, last + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=500-0", "bytes=2048-", "bytes=5000-10000", "bytes=-0"})
  void refusesARangeOutsideOfTheBlob(String header) throws IOException {
    Answer got = get(client.pushBlob("demo/app", CONTENT), "Range", header);
    assertThat(got.status()).isEqualTo(416);
    assertThat(got.code()).isEqualTo("SIZE_INVALID");
    assertThat(got.header("Content-Range")).isEqualTo("bytes */2048");
  }

  @ParameterizedTest
  @ValueSource(strings = {"items=0-1", "bytes=0-1,5-6", "bytes=a-b", "bytes", "bytes=-"})
  void ignoresARangeThatItDoesNotKnow(String header) throws IOException {
    Answer got = get(client.pushBlob("demo/app", CONTENT), "Range", header);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.bytes()).isEqualTo(CONTENT);
  }

  @Test
  void servesARangeOnlyOfTheVersionThatWasMeant() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest, "Range", "bytes=0-1", "If-Range", "\"" + digest + "\"").status())
        .isEqualTo(206);
    assertThat(get(digest, "Range", "bytes=0-1", "If-Range", "\"x\"").status()).isEqualTo(200);
  }

  @Test
  void refusesAnyRangeOfTheEmptyBlob() throws IOException {
    Digest empty = client.pushBlob("demo/app", new byte[0]);
    assertThat(get(empty, "Range", "bytes=0-").status()).isEqualTo(416);
    assertThat(get(empty).status()).isEqualTo(200);
  }

  @Test
  void answersNotModifiedToWhoHasIt() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    Answer got = get(digest, "If-None-Match", "\"" + digest + "\"");
    assertThat(got.status()).isEqualTo(304);
    assertThat(got.bytes()).isEmpty();
  }

  @Test
  void tellsUnknownBlobsFromUnknownRepositories() throws IOException {
    Digest digest = sha256("x");
    assertThat(get(digest).code()).isEqualTo("NAME_UNKNOWN");
    client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest).status()).isEqualTo(404);
    assertThat(get(digest).code()).isEqualTo("BLOB_UNKNOWN");
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(404);
  }

  @Test
  void deletesABlobOfOneRepositoryOnly() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    client.pushBlob("demo/two", CONTENT);
    assertThat(client.delete("/v2/demo/app/blobs/" + digest).status()).isEqualTo(202);
    assertThat(get(digest).status()).isEqualTo(404);
    assertThat(client.get("/v2/demo/two/blobs/" + digest).bytes()).isEqualTo(CONTENT);
    assertThat(client.delete("/v2/demo/app/blobs/" + digest).status()).isEqualTo(404);
  }

  @Test
  void renewsADueLinkBeforeAHeadIsAnswered() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.renewalDue(digest);
    assertThat(get(digest).status()).isEqualTo(200);
    assertThat(edge.metadata.commands()).noneMatch(MetadataCommand.RenewLink.class::isInstance);
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(200);
    assertThat(edge.metadata.commands()).anyMatch(MetadataCommand.RenewLink.class::isInstance);
  }

  @Test
  void servesABlobOfAnotherRegion() throws IOException {
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> {
              ByteRange part = range.orElse(ByteRange.whole(CONTENT.length));
              return new BlobBody.StreamBody(
                  new ByteArrayInputStream(CONTENT, (int) part.first(), (int) part.length()),
                  part.length());
            }));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of(OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
    Answer part = get(digest, "Range", "bytes=10-19");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(CONTENT, 10, 20));
  }

  @Test
  void answersUnavailableAndNeverNotFoundWhileNoHolderIsInReach() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of(OTHER, "there"));
    Answer got = get(digest);
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.code()).isEqualTo("UNAVAILABLE");
    assertThat(got.header("Retry-After")).isNotNull();
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(200);
  }

  @Test
  void takesABlobThatNoRegionHoldsForUnknownUntilItIsPushedAgain() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of());
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(404);
    assertThat(get(digest).code()).isEqualTo("BLOB_UNKNOWN");
    client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void breaksTheConnectionAndCountsItWhenStorageFailsInTheMiddle(boolean checked) throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            if (checked) {
              throw new IOException("holder is gone");
            }
            throw new BlobStoreException(BlobStoreException.Kind.UNAVAILABLE, "storage is gone");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) ->
                new BlobBody.StreamBody(
                    new SequenceInputStream(new ByteArrayInputStream(CONTENT, 0, 99), failing),
                    2048)));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of(OTHER, "there"));
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    eventually(() ->
        assertThat(client.get("/metrics").text())
            .contains("requests_total{code=\"500\",handler=\"blob\",method=\"GET\"} 1.0"));
  }

  @Test
  void asksOtherRegionsWhenItsOwnStorageFails() throws IOException {
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> new BlobBody.StreamBody(new ByteArrayInputStream(CONTENT), 2048))
            .with(
                failingToOpen(BlobStoreException.Kind.UNAVAILABLE, new FileBlobStore(directory)),
                RedirectPolicy.NEVER));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest).status()).isEqualTo(503);

    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void forgetsACopyThatIsGoneFromStorage() throws Exception {
    BlobStore files = new FileBlobStore(directory);
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> new BlobBody.StreamBody(new ByteArrayInputStream(CONTENT), 2048))
            .with(files, RedirectPolicy.NEVER));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    files.delete(key);

    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
    eventually(() -> assertThat(edge.metadata.placements(digest)).containsOnlyKeys(OTHER));
  }

  @Test
  void tellsTheClientToSlowDownWhenTheOnlyCopyIsThrottled() throws IOException {
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> new BlobBody.StreamBody(new ByteArrayInputStream(CONTENT), 2048))
            .with(
                failingToOpen(BlobStoreException.Kind.THROTTLED, new FileBlobStore(directory)),
                RedirectPolicy.NEVER));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    Answer got = get(digest);
    assertThat(got.status()).isEqualTo(429);
    assertThat(got.code()).isEqualTo("TOOMANYREQUESTS");
    assertThat(got.header("Retry-After")).isEqualTo("5");

    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void goesOnFromOtherRegionsWhenItsOwnStorageBreaksOff() throws IOException {
    List<ByteRange> asked = new ArrayList<>();
    List<Duration> patience = new ArrayList<>();
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> {
              ByteRange rest = range.orElseThrow();
              asked.add(rest);
              // So that its own storage is not asked once more.
              assertThat(blob.holders()).contains(EdgeFixture.REGION, OTHER);
              return new BlobBody.StreamBody(
                  new ByteArrayInputStream(CONTENT, (int) rest.first(), (int) rest.length()),
                  rest.length());
            })
            .with(
                breakingOffAfter(500, patience, new FileBlobStore(directory)),
                RedirectPolicy.NEVER));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    // Nothing came: the client itself may have asked again.
    assertThat(patience).isNotEmpty().containsOnly(BlobStore.PATIENCE);
    patience.clear();

    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
    assertThat(get(digest, "Range", "bytes=1000-1999").bytes())
        .isEqualTo(Arrays.copyOfRange(CONTENT, 1000, 2000));
    assertThat(asked).containsExactly(new ByteRange(500, 2047), new ByteRange(1500, 1999));
    assertThat(patience)
        .containsExactly(BlobStore.PATIENCE_BEFORE_ANOTHER, BlobStore.PATIENCE_BEFORE_ANOTHER);
  }

  @Test
  void neverGivesAWholeCopyThatIsWrongAndForgetsIt() throws Exception {
    byte[] content = new byte[300_000];
    byte[] rotten = content.clone();
    rotten[7] ^= 1;
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) ->
                new BlobBody.StreamBody(new ByteArrayInputStream(content), content.length))
            .with(
                decorated(
                    new FileBlobStore(directory),
                    "open",
                    () -> new BlobBody.StreamBody(new ByteArrayInputStream(rotten), rotten.length)),
                RedirectPolicy.NEVER));
    Digest digest = client.pushBlob("demo/app", content);
    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    assertThat(edge.metadata.placements(digest)).containsOnlyKeys(EdgeFixture.REGION);

    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    assertThat(edge.metadata.placements(digest)).containsOnlyKeys(OTHER);
    assertThat(get(digest).bytes()).isEqualTo(content);
  }

  @Test
  void tellsWhereABlobIs() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    Answer answer = client.get("/v2/_meridian/locations/demo/app/" + digest);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .matches(
            Pattern.quote("{\"digest\":\"" + digest + "\",\"size\":2048,\"regions\":[")
                + "\\{\"region\":\"eu-west\",\"verified\":\"[-0-9]{10}T[:0-9]{8}Z\"},"
                + "\\{\"region\":\"us-east\",\"verified\":\"[-0-9]{10}T[:0-9]{8}Z\"}]}");
    assertThat(client.get("/v2/_meridian/locations/demo/other/" + digest).status()).isEqualTo(404);
    assertThat(client.get("/v2/_meridian/locations/demo/app/wrong").code())
        .isEqualTo("DIGEST_INVALID");
    assertThat(client.get("/v2/_meridian/else/demo/app/" + digest).status()).isEqualTo(404);
  }

  @Test
  void asksStorageThatIsKnownToBeDownLast() throws IOException {
    byte[] elsewhere = new byte[CONTENT.length];
    AtomicBoolean inReach = new AtomicBoolean(true);
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) -> {
              if (!inReach.get()) {
                throw new NoHolderException("asked elsewhere", null);
              }
              return new BlobBody.StreamBody(new ByteArrayInputStream(elsewhere), elsewhere.length);
            }));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    String key = edge.metadata.placements(digest).get(EdgeFixture.REGION);
    edge.health.storageUp(false);
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);

    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key, OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(elsewhere);
    inReach.set(false);
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void breaksTheConnectionWhenTheContentEndsEarly() throws IOException {
    restart(
        EdgeFixture.Parts.of(directory)
            .with((blob, range) ->
                new BlobBody.StreamBody(new ByteArrayInputStream(CONTENT, 0, 99), 2048)));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of(OTHER, "there"));
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
  }

  @Test
  void sendsTheClientToStorageWhereThePolicySaysSo() throws IOException {
    BlobStore presigning = presigning(new FileBlobStore(directory), "http://storage.example/b/k");
    restart(EdgeFixture.Parts.of(directory).with(presigning, RedirectPolicy.ALWAYS));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    Answer got = get(digest);
    assertThat(got.status()).isEqualTo(307);
    assertThat(got.header("Location")).isEqualTo("http://storage.example/b/k");
    assertThat(got.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(200);
  }

  @Test
  void streamsWhereARedirectWouldDoHarm() throws IOException {
    BlobStore presigning = presigning(new FileBlobStore(directory), "http://127.0.0.1:9/b/k");
    restart(
        EdgeFixture.Parts.of(directory).with(presigning, RedirectPolicy.auto(Optional.empty())));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest).status()).isEqualTo(200);
    presigning = presigning(new FileBlobStore(directory), "http://storage.example/b/k");
    restart(
        EdgeFixture.Parts.of(directory).with(presigning, RedirectPolicy.auto(Optional.empty())));
    client.pushBlob("demo/app", CONTENT);
    assertThat(get(digest).status()).isEqualTo(307);
    assertThat(get(digest, "X-Forwarded-Proto", "https").status()).isEqualTo(200);
    assertThat(client.get("/metrics").text())
        .contains("meridian_redirects_total{mode=\"redirect\"} 1.0")
        .contains("meridian_redirects_total{mode=\"stream\"} 1.0");
  }

  private Answer get(Digest digest, String... headers) throws IOException {
    return client.get("/v2/demo/app/blobs/" + digest, headers);
  }

  private static BlobStore failingToOpen(BlobStoreException.Kind kind, BlobStore store) {
    return decorated(
        store,
        "open",
        () -> {
          throw new BlobStoreException(kind, "down");
        });
  }

  /** Gives so many bytes of what it is asked for. */
  private static BlobStore breakingOffAfter(int bytes, List<Duration> patience, BlobStore store) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, called, arguments) -> {
              if (!called.getName().equals("open")) {
                return called.invoke(store, arguments);
              }
              ByteRange range = (ByteRange) arguments[1];
              patience.add((Duration) arguments[2]);
              return new BlobBody.StreamBody(
                  new ByteArrayInputStream(
                      CONTENT, (int) range.first(), (int) Math.min(bytes, range.length())),
                  range.length());
            });
  }

  private static BlobStore presigning(BlobStore store, String url) {
    return decorated(store, "presign", () -> Optional.of(URI.create(url)));
  }

  private static BlobStore decorated(
      BlobStore store, String method, java.util.function.Supplier<Object> answer) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return answer.get();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}

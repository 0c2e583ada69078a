package dev.meridian.node.blobs.s3;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreContract;
import dev.meridian.node.blobs.ObjectKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On an S3 server in this JVM. */
class S3BlobStoreTest extends BlobStoreContract {

  @TempDir private static Path directory;

  private static S3ProxyServer server;
  private static S3Bucket bucket;
  private static HttpClient client;

  @TempDir private Path spools;

  @BeforeAll
  static void startServer() throws Exception {
    server = new S3ProxyServer(Files.createDirectory(directory.resolve("s3")));
    bucket = server.createBucket();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stopServer() throws Exception {
    client.close();
    server.stop();
  }

  @Override
  protected BlobStore newStore() throws IOException {
    return new S3BlobStore(bucket.settings(Files.createTempDirectory(spools, "node")));
  }

  /**
   * S3Proxy compares the tags of the parts first and reads the parts later: one that is replaced in
   * between stands in the object, and two completions of one upload may both be answered as done. A
   * real server is held to it in {@link S3BlobStoreRealIT}.
   */
  @Override
  protected boolean completesAtomically() {
    return false;
  }

  @Test
  void lendsOneObjectToReadAndNoOther() throws Exception {
    BlobStore store = node();
    String lent = appendAndComplete(store, store.begin(key), bytes(10)).key();
    String other = appendAndComplete(store, store.begin(ObjectKeys.create(now)), bytes(20)).key();
    String url = store.presign(lent, Duration.ofMinutes(15), "text/plain").orElseThrow().toString();

    assertThat(status("GET", url)).isEqualTo(200);
    for (String altered :
        List.of(
            url.replace(lent, other),
            url.replace("X-Amz-Expires=900", "X-Amz-Expires=604800"),
            url.replace("text%2Fplain", "text%2Fhtml"),
            url.substring(0, url.indexOf('?')))) {
      assertThat(altered).isNotEqualTo(url);
      assertThat(status("GET", altered)).as(altered).isEqualTo(403);
    }
    for (String method : List.of("PUT", "DELETE")) {
      assertThat(status(method, url)).as(method).isEqualTo(403);
    }
    assertThat(store.size(lent)).contains(10L);
  }

  @Test
  void lendsAnObjectForNoLongerThanItSays() throws Exception {
    BlobStore store = node();
    String lent = appendAndComplete(store, store.begin(key), bytes(10)).key();
    String url = store.presign(lent, Duration.ofSeconds(1), "text/plain").orElseThrow().toString();

    eventually(() -> assertThat(status("GET", url)).isEqualTo(403));
    assertThat(store.size(lent)).contains(10L);
  }

  private static int status(String method, String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A region that has lost the others. The client gives up on an answer after 20 s, so that a request
 * that hangs fails its test.
 */
class MinorityRegionIT {

  private static final String REPOSITORY = "demo/app";
  private static final String TAG = "/v2/demo/app/manifests/1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /** us-east has two nodes, of which the second may give old answers. */
  @Test
  void servesDigestsRefusesTheRestInTimeAndComesBackByItself() throws Exception {
    TestImage image = TestImage.of(1, 100_000);
    TestImage next = TestImage.of(2, 100_000);
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient node = cluster.client(0);
      RegistryClient bounded = cluster.addNode("reads: {tags: bounded, staleness: 20s}\n");
      node.push(REPOSITORY, "1", image);
      assertThat(bounded.resolve(REPOSITORY, "1")).isEqualTo(image.digest());
      node.pushBlob(REPOSITORY, next.config());
      String upload = node.append(node.startUpload(REPOSITORY), next.layer());

      cluster.kill(1);
      cluster.kill(2);

      assertThat(bounded.resolve(REPOSITORY, "1")).isEqualTo(image.digest());
      assertServesDigests(node, image);
      // The lease of a leader that is alone ends soon.
      Eventually.get(PATIENCE, () -> assertUnavailable(node.get(TAG)));
      assertUnavailable(node.get("/v2/_catalog"));
      assertUnavailable(node.tryManifest(REPOSITORY, "2", image));
      assertUnavailable(node.tryFinish(upload, TestImage.digest(next.layer())));
      assertUnavailable(node.delete(TAG));
      Eventually.get(PATIENCE, () -> assertUnavailable(bounded.get(TAG)));
      assertServesDigests(node, image);
      assertServesDigests(bounded, image);
      assertThat(node.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(node.get("/health/region").statusCode()).isEqualTo(503);

      cluster.restart(1);
      cluster.restart(2);
      cluster.awaitServing(0);
      node.finish(upload, TestImage.digest(next.layer()));
      node.putManifest(REPOSITORY, "2", next);
      Eventually.get(PATIENCE, () -> assertThat(node.status("/health/region")).isEqualTo(200));
      cluster.awaitServing(1);
      assertThat(bounded.resolve(REPOSITORY, "2")).isEqualTo(next.digest());
      assertThat(cluster.client(1).resolve(REPOSITORY, "2")).isEqualTo(next.digest());
    }
  }

  private static void assertServesDigests(RegistryClient client, TestImage image) throws Exception {
    assertThat(client.resolve(REPOSITORY, image.digest())).isEqualTo(image.digest());
    for (byte[] blob : image.blobs()) {
      assertThat(client.blob(REPOSITORY, TestImage.digest(blob))).isEqualTo(blob);
    }
  }

  private static HttpResponse<String> assertUnavailable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("UNAVAILABLE");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    return answer;
  }
}

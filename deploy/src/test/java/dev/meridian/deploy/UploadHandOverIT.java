package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHandOverIT {

  private static final String REPOSITORY = "demo/app";

  /** An election follows the kill; a client that retries gets over it. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /** us-east has two nodes on one storage; sessions outlive the one that opened them. */
  @Test
  void anyNodeOfAnyRegionContinuesAnUpload() throws Exception {
    byte[] layer = TestImage.of(7, 12 << 20).layer();
    byte[] small = TestImage.of(8, 1 << 20).layer();
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient secondNode = cluster.addNode("");
      String untouched = cluster.client(0).startUpload(REPOSITORY);
      String opened = cluster.client(0).startUpload(REPOSITORY);
      String begun = cluster.client(0).append(opened, Arrays.copyOfRange(layer, 0, 5 << 20));
      cluster.kill(0);

      byte[] rest = Arrays.copyOfRange(layer, 5 << 20, layer.length);
      finish(cluster.client(2), cluster.client(1).append(begun, rest), layer);
      finish(cluster.client(2), cluster.client(1).append(untouched, small), small);

      for (RegistryClient client : List.of(secondNode, cluster.client(1), cluster.client(2))) {
        assertThat(client.blob(REPOSITORY, TestImage.digest(layer))).isEqualTo(layer);
        assertThat(client.blob(REPOSITORY, TestImage.digest(small))).isEqualTo(small);
      }
    }
  }

  private static void finish(RegistryClient client, String location, byte[] content)
      throws Exception {
    Eventually.get(
        PATIENCE,
        () -> {
          client.finish(location, TestImage.digest(content));
          return content;
        });
  }
}

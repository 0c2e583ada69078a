package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHandOverIT {

  @TempDir private Path directory;

  /** us-east has two nodes on one storage; the session outlives the one that opened it. */
  @Test
  void anyNodeOfAnyRegionContinuesAnUpload() throws Exception {
    byte[] layer = TestImage.of(7, 12 << 20).layer();
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient secondNode = cluster.addNode();
      String opened = cluster.client(0).startUpload("demo/app");
      String begun = cluster.client(0).append(opened, Arrays.copyOfRange(layer, 0, 5 << 20));
      cluster.kill(0);

      String appended =
          cluster.client(1).append(begun, Arrays.copyOfRange(layer, 5 << 20, layer.length));
      cluster.client(2).finish(appended, TestImage.digest(layer));

      assertThat(secondNode.blob("demo/app", TestImage.digest(layer))).isEqualTo(layer);
      assertThat(cluster.client(1).blob("demo/app", TestImage.digest(layer))).isEqualTo(layer);
    }
  }

  @Test
  void continuesAnUploadWithoutBytesYet() throws Exception {
    byte[] layer = TestImage.of(8, 1 << 20).layer();
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      cluster.addNode();
      String opened = cluster.client(0).startUpload("demo/app");
      cluster.kill(0);

      String appended = cluster.client(1).append(opened, layer);
      cluster.client(2).finish(appended, TestImage.digest(layer));

      assertThat(cluster.client(2).blob("demo/app", TestImage.digest(layer))).isEqualTo(layer);
    }
  }
}

package dev.meridian.controlplane.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  private static final RegionId EAST = RegionId.parse("us-east");

  @TempDir Path root;

  @Test
  void isTheServersOwnFromTheFirstStartOn() throws Exception {
    Path data = root.resolve("a/b");
    DataDirectory.claim(data, "demo", EAST);
    assertThat(DataDirectory.claim(data, "demo", EAST).store()).isEqualTo(data.resolve("store"));
  }

  @Test
  void refusesThatOfAnotherClusterOrRegion() throws Exception {
    DataDirectory.claim(root, "demo", EAST);
    assertThatThrownBy(() -> DataDirectory.claim(root, "other", EAST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(root.toString())
        .hasMessageContaining("belongs to cluster \"demo\", expected \"other\"");
    assertThatThrownBy(() -> DataDirectory.claim(root, "demo", RegionId.parse("eu-west")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to region \"us-east\", expected \"eu-west\"");
  }

  @Test
  void refusesFilesOfUnknownOrigin() throws Exception {
    Files.createDirectories(root.resolve("raft"));
    assertThatThrownBy(() -> DataDirectory.claim(root, "demo", EAST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("server.properties");
  }
}

package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {

  @TempDir private Path data;

  @Test
  void countsAFileOfStoreAndCheckpointOnce() throws IOException {
    write("raft/log", 1);
    Path shared = write("store/live/1.sst", 10);
    write("checkpoints/cp/2.sst", 100);
    Files.createLink(data.resolve("checkpoints/cp/1.sst"), shared);
    write("blobs/objects/b", 1_000);
    write("server.properties", 10_000);

    assertThat(DiskUse.of(data)).isEqualTo(new DiskUse(1, 10, 100, 1_000, 11_111));
  }

  @Test
  void countsNothingWhereNothingIs() throws IOException {
    assertThat(DiskUse.of(data)).isEqualTo(new DiskUse(0, 0, 0, 0, 0));
  }

  private Path write(String name, int size) throws IOException {
    Path file = data.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[size]);
  }
}

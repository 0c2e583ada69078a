package dev.meridian.node.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether there is room on the disks of these directories. */
record DiskProbe(List<Path> directories) implements Probe {

  private static final long LEAST = 256L << 20;

  @Override
  public void check() throws IOException {
    for (Path directory : directories) {
      long room = Files.getFileStore(directory).getUsableSpace();
      if (room < LEAST) {
        throw new IOException(
            directory + " has " + (room >> 20) + " MiB left: expected at least " + (LEAST >> 20));
      }
    }
  }
}

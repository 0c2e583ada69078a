package dev.meridian.node.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether there is room on the disk of a directory. */
record DiskProbe(Path directory) implements Probe {

  private static final long LEAST = 256L << 20;

  @Override
  public void check() throws IOException {
    long room = Files.getFileStore(directory).getUsableSpace();
    if (room < LEAST) {
      throw new IOException(directory + " has " + (room >> 20) + " MiB left of at least 256");
    }
  }
}

package dev.meridian.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory to build an image in: {@code FROM scratch} with one file that never was before. */
final class BuildContext {

  private BuildContext() {}

  static Path of(Path parent, int layerSize) throws IOException {
    Path context = Files.createTempDirectory(parent, "context");
    Files.write(context.resolve("data"), TestImage.of(System.nanoTime(), layerSize).layer());
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY data /data\n");
    return context;
  }
}

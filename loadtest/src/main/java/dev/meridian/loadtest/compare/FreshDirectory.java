package dev.meridian.loadtest.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories for the data of servers, which are removed with all that is in them. */
final class FreshDirectory {

  private FreshDirectory() {}

  /** What a directory is needed for. */
  @FunctionalInterface
  interface Use {

    /** Uses it; nothing may write there afterwards. */
    void accept(Path directory) throws IOException;
  }

  /** Makes a directory within another, and removes it after its use. */
  static void use(Path within, Use use) throws IOException {
    Path own = Files.createTempDirectory(within, "loadtest");
    try {
      use.accept(own);
    } finally {
      try (Stream<Path> files = Files.walk(own)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

package dev.meridian.controlplane.raft;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A metadata server's directory:
 *
 * <pre>
 * server.properties    whose directory this is: cluster, region, format
 * raft/                Ratis: the log
 * store/               RocksDB, see {@link LiveDatabase}
 * checkpoints/         Raft snapshots, see {@link Checkpoints}
 * incoming/            a snapshot that is being received
 * </pre>
 */
record DataDirectory(Path root) {

  private static final String FORMAT = "1";

  /**
   * Takes the directory for a server; an empty or absent one is marked as its own.
   *
   * @throws IllegalStateException when it belongs to another cluster or region
   */
  static DataDirectory claim(Path root, String cluster, RegionId region) throws IOException {
    DataDirectory directory = new DataDirectory(root.toAbsolutePath().normalize());
    Files.createDirectories(directory.root);
    Path marker = directory.root.resolve("server.properties");
    if (Files.exists(marker)) {
      directory.verify(marker, cluster, region);
    } else if (Files.exists(directory.raft()) || Files.exists(directory.store())) {
      throw new IllegalStateException(
          "the data directory "
              + directory.root
              + " holds a metadata server's files but not "
              + marker.getFileName()
              + ", which says whose they are: restore that file, or use another directory");
    } else {
      DurableFiles.write(
          marker, "cluster=" + cluster + "\nregion=" + region + "\nformat=" + FORMAT + "\n");
    }
    return directory;
  }

  private void verify(Path marker, String cluster, RegionId region) throws IOException {
    Properties found = new Properties();
    found.load(new StringReader(Files.readString(marker)));
    verify(found, "cluster", cluster);
    verify(found, "region", region.value());
    verify(found, "format", FORMAT);
  }

  private void verify(Properties found, String key, String expected) {
    String value = found.getProperty(key, "");
    if (!value.equals(expected)) {
      throw new IllegalStateException(
          "the data directory "
              + root
              + " belongs to "
              + key
              + " \""
              + value
              + "\", expected \""
              + expected
              + "\": use the directory of this server, or an empty one");
    }
  }

  Path raft() {
    return root.resolve("raft");
  }

  Path store() {
    return root.resolve("store");
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path incoming() {
    return root.resolve("incoming");
  }
}

package dev.meridian.deploy;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data directory of a development cluster. Its file {@code cluster} names the regions, so that
 * another cluster's data is never touched, and is locked while the cluster runs. Ports are not part
 * of it: the same data may be served on others.
 */
final class DevDirectory implements AutoCloseable {

  private final FileChannel marker;

  private DevDirectory(FileChannel marker) {
    this.marker = marker;
  }

  /**
   * Opens the directory, or makes it.
   *
   * @throws StartException when it belongs to another cluster, to none, or to one that runs
   */
  static DevDirectory open(Path directory, List<RegionId> regions) throws StartException {
    Path file = directory.resolve("cluster");
    String identity = names(regions);
    try {
      Files.createDirectories(directory);
      if (Files.exists(file)) {
        requireSame(directory, Files.readString(file), identity);
      } else {
        requireEmpty(directory);
        Files.writeString(file, identity);
      }
      return new DevDirectory(locked(directory, file));
    } catch (FileAlreadyExistsException e) {
      throw new StartException(directory + " is not a directory", e);
    } catch (IOException e) {
      throw new StartException("the data directory " + directory + " cannot be used: " + e, e);
    }
  }

  private static void requireSame(Path directory, String found, String expected)
      throws StartException {
    if (!found.equals(expected)) {
      throw new StartException(
          "the data in "
              + directory
              + " belongs to another cluster, of the regions "
              + found.strip()
              + ": expected "
              + expected.strip()
              + "; choose another directory with --data, or these regions with --regions");
    }
  }

  private static String names(List<RegionId> regions) {
    return regions.stream().map(RegionId::value).collect(Collectors.joining(",", "", "\n"));
  }

  private static void requireEmpty(Path directory) throws IOException, StartException {
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new StartException(
            directory + " holds files that are not of a cluster: expected an empty directory");
      }
    }
  }

  private static FileChannel locked(Path directory, Path file) throws IOException, StartException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new StartException("the cluster in " + directory + " is running already");
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    marker.close();
  }
}

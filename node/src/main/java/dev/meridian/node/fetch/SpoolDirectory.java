package dev.meridian.node.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Room on local disk for blobs on their way into this region. */
public final class SpoolDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);

  private final Path directory;
  private final long limit;
  private final Duration patience;
  private final AtomicLong reserved = new AtomicLong();

  /**
   * Creates the directory if it is missing.
   *
   * @param limit in bytes, of all files together
   * @param patience a fetch that gets nothing for so long is given up
   */
  public SpoolDirectory(Path directory, long limit, Duration patience) {
    this.directory = directory;
    this.limit = limit;
    this.patience = patience;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("spool directory " + directory + " cannot be created", e);
    }
  }

  /** A file for so many bytes; empty when there is no room for them. */
  Optional<SpoolFile> create(long size) {
    long total = reserved.addAndGet(size);
    if (total > limit) {
      reserved.addAndGet(-size);
      return Optional.empty();
    }
    try {
      return Optional.of(
          SpoolFile.create(directory, size, patience, () -> reserved.addAndGet(-size)));
    } catch (IOException e) {
      reserved.addAndGet(-size);
      LOG.warn("no spool file can be created in {}", directory, e);
      return Optional.empty();
    }
  }

  /** Bytes that are spoken for. */
  public long reserved() {
    return reserved.get();
  }
}

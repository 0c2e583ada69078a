package dev.meridian.controlplane.store;

import java.nio.file.Path;

/**
 * The metadata of a region in one RocksDB.
 *
 * <p>One thread writes; any number read, each through a {@link ReadView} of its own. Every failure
 * of RocksDB is a {@link StoreException}.
 */
public final class MetadataDb implements AutoCloseable {
  private MetadataDb() {}

  /** Opens the store in a directory, which is made when it is not there. */
  public static MetadataDb open(Path directory) {
    throw new UnsupportedOperationException("open " + directory);
  }

  /** Of the last entry that was written. */
  public LogPosition position() {
    throw new UnsupportedOperationException();
  }

  /** How many commands were applied. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  /** A view of the present state; later writes do not show in it. */
  public ReadView read() {
    throw new UnsupportedOperationException();
  }

  /** Writes the position of an entry that carries no command. */
  public void recordPosition(LogPosition position) {
    throw new UnsupportedOperationException();
  }

  /** Makes a copy of the present state, flushed to disk, in a directory that must not exist yet. */
  public void checkpoint(Path directory) {
    throw new UnsupportedOperationException();
  }

  /**
   * Closes the store.
   *
   * @throws IllegalStateException when a view is still open: RocksDB would crash the process
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}

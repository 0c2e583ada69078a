package dev.meridian.controlplane.store;

import java.io.IOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The store could not be read or written. What was asked for has not happened. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean damaged;

  /** The message names the store and what was tried. */
  StoreException(String message, RocksDBException cause) {
    super(message, cause);
    Status status = cause.getStatus();
    // RocksDB reports a file that is missing or too short as an I/O error, a bad block as
    // corruption.
    this.damaged = status != null && status.getCode() == Status.Code.Corruption;
  }

  StoreException(String message, IOException cause) {
    super(message, cause);
    this.damaged = false;
  }

  /** Whether what is on disk is not what was written there. */
  public boolean isDamaged() {
    return damaged;
  }
}

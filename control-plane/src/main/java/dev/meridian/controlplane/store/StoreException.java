package dev.meridian.controlplane.store;

/** The store could not be read or written. What was asked for has not happened. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message names the store and what was tried. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}

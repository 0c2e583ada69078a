package dev.meridian.controlplane.disk;

/** A server cannot start from its data directory; the message says why, and what to do. */
public final class UnfitDataException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public UnfitDataException(String message) {
    super(message);
  }
}

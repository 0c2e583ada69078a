package dev.meridian.controlplane.raft;

/** A server cannot start from its data directory; the message says why, and what to do. */
public final class UnfitDataException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  UnfitDataException(String message) {
    super(message);
  }
}

package dev.meridian.node.blobs;

/**
 * Storage holds other bytes of a session than the state says: a second writer, or a stale state.
 */
public final class UploadConflictException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UploadConflictException(String message) {
    super(message);
  }
}

package dev.meridian.controlplane.backup;

/** A backup is not restored; the message says why, for the operator, and nothing was changed. */
public final class RestoreException extends Exception {

  private static final long serialVersionUID = 1;

  RestoreException(String message) {
    super(message);
  }

  RestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}

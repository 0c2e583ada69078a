package dev.meridian.backup;

/** What was read is not a whole backup; the message says why, for the operator. */
public final class BrokenBackupException extends Exception {

  private static final long serialVersionUID = 1;

  BrokenBackupException(String message) {
    super(message);
  }

  BrokenBackupException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.meridian.deploy;

/** The program cannot start as it was asked to; the message is one sentence for the user. */
final class StartException extends Exception {

  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.meridian.controlplane.disk;

/** A change of the group that is not made; the message tells an operator why, and what to do. */
public final class ChangeRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ChangeRefusedException(String message) {
    super(message);
  }

  public ChangeRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}

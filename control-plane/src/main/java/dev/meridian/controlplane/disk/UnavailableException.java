package dev.meridian.controlplane.disk;

/** Nothing was decided within the deadline: no quorum, or this server is too far behind. */
public final class UnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(message);
  }

  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

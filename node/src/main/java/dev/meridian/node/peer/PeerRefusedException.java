package dev.meridian.node.peer;

/** The node that was asked answered that it does not give what was asked for. */
public final class PeerRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No repository links it, or it is not placed in the region. */
    NOT_FOUND(404),
    /** The bytes cannot be had now. */
    UNAVAILABLE(503),
    /** The request itself is wrong, which is a bug of the one who asked. */
    INVALID(400);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }

    static Reason ofStatus(int status) {
      return switch (status) {
        case 404 -> NOT_FOUND;
        case 400 -> INVALID;
        default -> UNAVAILABLE;
      };
    }
  }

  private final Reason reason;

  public PeerRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public PeerRefusedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

package dev.meridian.controlplane.cli.client;

import io.grpc.Status;
import io.grpc.StatusException;

/** A command cannot be done; the message tells the operator why, and what may help. */
public final class AdminException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean unreachable;

  private AdminException(String message, boolean unreachable, Throwable cause) {
    super(message, cause);
    this.unreachable = unreachable;
  }

  /** It was refused, or failed. */
  public static AdminException failed(String message, Throwable cause) {
    return new AdminException(message, false, cause);
  }

  /** It was refused, or failed. */
  public static AdminException failed(String message) {
    return failed(message, null);
  }

  /** Nobody decided in time. */
  public static AdminException unreachable(String message, Throwable cause) {
    return new AdminException(message, true, cause);
  }

  /** Whether what was to be created is there already. */
  public boolean isAlreadyThere() {
    return getCause() instanceof StatusException refused
        && refused.getStatus().getCode() == Status.Code.ALREADY_EXISTS;
  }

  /** Whether nobody decided in time, rather than against it. */
  public boolean isUnreachable() {
    return unreachable;
  }
}

package dev.meridian.controlplane.rpc.calls;

import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;

/** A request was decided against; becomes the answer at the edge ({@link GrpcErrors}). */
public final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final CommandRejection rejection;
  private final long revision;

  /**
   * @param revision of the state in which it was decided; 0 when no state was looked at
   */
  public RejectedException(CommandRejection rejection, long revision) {
    super(rejection.getMessage());
    this.rejection = rejection;
    this.revision = revision;
  }

  /** A request that shows by itself that it cannot be done. */
  public static RejectedException invalid(RejectionCode code, String message) {
    return new RejectedException(
        CommandRejection.newBuilder().setCode(code).setMessage(message).build(), 0);
  }

  public CommandRejection rejection() {
    return rejection;
  }

  public long revision() {
    return revision;
  }
}

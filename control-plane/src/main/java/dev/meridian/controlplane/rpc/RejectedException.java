package dev.meridian.controlplane.rpc;

import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;

/** A request was decided against; becomes the answer at the edge ({@link GrpcErrors}). */
final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final CommandRejection rejection;
  private final long revision;

  /**
   * @param revision of the state in which it was decided; 0 when no state was looked at
   */
  RejectedException(CommandRejection rejection, long revision) {
    super(rejection.getMessage());
    this.rejection = rejection;
    this.revision = revision;
  }

  static RejectedException invalid(RejectionCode code, String message) {
    return new RejectedException(
        CommandRejection.newBuilder().setCode(code).setMessage(message).build(), 0);
  }

  CommandRejection rejection() {
    return rejection;
  }

  long revision() {
    return revision;
  }
}

package dev.meridian.controlplane.prepare;

import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;

/** A request that shows by itself that it cannot be applied. The message names the field. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionCode code;

  RefusedException(RejectionCode code, String message) {
    super(message);
    this.code = code;
  }

  static RefusedException manifestInvalid(String message) {
    return new RefusedException(RejectionCode.MANIFEST_INVALID, message);
  }

  CommandRejection toProto() {
    return CommandRejection.newBuilder().setCode(code).setMessage(getMessage()).build();
  }
}

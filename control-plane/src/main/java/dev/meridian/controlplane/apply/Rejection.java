package dev.meridian.controlplane.apply;

import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import java.util.List;

/**
 * Why something was decided against.
 *
 * @param subjects digests or names that it is about: what is missing, or who holds it
 */
public record Rejection(RejectionCode code, String message, List<String> subjects) {

  public Rejection {
    subjects = List.copyOf(subjects);
  }

  /** A rejection about nothing further. */
  public static Rejection of(RejectionCode code, String message) {
    return new Rejection(code, message, List.of());
  }

  /** As it stands in an outcome. */
  public CommandRejection toProto() {
    return CommandRejection.newBuilder()
        .setCode(code)
        .setMessage(message)
        .addAllSubjects(subjects)
        .build();
  }
}

package dev.meridian.controlplane.apply.command;

import dev.meridian.model.Digest;
import dev.meridian.proto.log.RejectionCode;

/** What apply decided about a command; the same on every replica. */
public sealed interface Outcome {

  /** Its writes are made. */
  record Accepted() implements Outcome {}

  /** A tag was restored, and names this manifest now. */
  record Restored(Digest digest) implements Outcome {}

  /** It was decided against. */
  record Rejected(Rejection rejection) implements Outcome {}

  Outcome ACCEPTED = new Accepted();

  static Outcome rejected(Rejection rejection) {
    return new Rejected(rejection);
  }

  static Outcome rejected(RejectionCode code, String message, String... subjects) {
    return new Rejected(Rejection.of(code, message, subjects));
  }
}

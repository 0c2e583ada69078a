package dev.meridian.loadtest.history;

import dev.meridian.model.Digest;

/** What a write asks of the tag (RFC 9110, section 13.1). */
public sealed interface Condition {

  /** Nothing. */
  record None() implements Condition {}

  /** {@code If-None-Match: *}: the tag does not exist. */
  record Absent() implements Condition {}

  /** {@code If-Match}: the tag names this manifest. */
  record Names(Digest manifest) implements Condition {}

  /** For people, after what is done under it. */
  default String text() {
    return switch (this) {
      case None() -> "";
      case Absent() -> " if absent";
      case Names(Digest manifest) -> " if " + Action.brief(manifest);
    };
  }
}

package dev.meridian.controlplane.cli;

import java.util.Optional;

/** A number from 1 on: a limit, or a revision. */
record Positive(long number) {

  static Positive parse(String text) {
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number from 1 on");
    }
    return new Positive(Long.parseLong(text));
  }

  /** A list without a limit is printed whole. */
  static long limit(Optional<Positive> limit) {
    return limit.map(Positive::number).orElse(Long.MAX_VALUE);
  }
}

package dev.meridian.controlplane.cli.output;

import java.time.Instant;
import java.util.List;

/** What a field of a result may be; each kind has one form for programs and one for people. */
public sealed interface Value {

  /** Empty: there is none. */
  record Text(String text) implements Value {}

  /**
   * Several texts.
   *
   * @param none what people read where there are none
   */
  record Texts(List<String> texts, String none) implements Value {}

  /** A number without a unit. */
  record Count(long count) implements Value {}

  /** Yes or no. */
  record Flag(boolean set) implements Value {}

  /** A duration in milliseconds. */
  record Millis(long millis) implements Value {}

  /** A size in bytes. */
  record Bytes(long bytes) implements Value {}

  /** Bytes in a second. */
  record Rate(long bytes) implements Value {}

  /** A figure that nobody knows. */
  record Unknown() implements Value {}

  /** A moment, shown in UTC. */
  record Time(Instant instant) implements Value {}

  /** A list within a result. */
  record Items(List<Item> items) implements Value {}

  /** Whether tables align it to the right. */
  default boolean isFigure() {
    return switch (this) {
      case Count _, Millis _, Bytes _, Rate _, Unknown _ -> true;
      case Text _, Texts _, Flag _, Time _, Items _ -> false;
    };
  }
}

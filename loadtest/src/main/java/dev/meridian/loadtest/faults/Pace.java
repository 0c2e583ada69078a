package dev.meridian.loadtest.faults;

import java.time.Duration;
import java.util.Random;

/**
 * How fast faults follow each other; each time is between half and all of what stands here.
 *
 * @param quiet from the recovery of one to the next
 * @param fault how long one lasts
 */
public record Pace(Duration quiet, Duration fault) {

  /** Long enough for elections, and for time-outs of the registry. */
  public static final Pace DEFAULT = new Pace(Duration.ofSeconds(6), Duration.ofSeconds(9));

  static Duration some(Duration longest, Random random) {
    long half = longest.toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half));
  }
}

package dev.meridian.node.sweep;

import java.time.Duration;

/**
 * How a region's storage is swept.
 *
 * @param firstAfter the start of the node
 * @param period from the end of a sweep to the next
 * @param doomedGrace how long a doomed object stays for those who were promised it
 * @param longestSession an upload that began earlier than this cannot be committed any more
 * @param hoursPerSweep how many older hours are looked through at a time
 */
public record SweepSettings(
    Duration firstAfter,
    Duration period,
    Duration doomedGrace,
    Duration longestSession,
    int hoursPerSweep) {

  /** With the usual pace. */
  public static SweepSettings of(Duration doomedGrace, Duration longestSession) {
    return new SweepSettings(
        Duration.ofMinutes(1), Duration.ofMinutes(10), doomedGrace, longestSession, 24);
  }
}

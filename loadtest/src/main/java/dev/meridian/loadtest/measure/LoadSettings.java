package dev.meridian.loadtest.measure;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How much load, and for how long.
 *
 * @param connections concurrent workers of a target, each with one connection
 * @param rate operations a second (open loop); empty: as fast as the workers go (closed loop)
 * @param warmUpRounds rounds of each target that are thrown away
 * @param rounds measured rounds of each target
 * @param round the length of a round; operations that it began are waited for
 */
public record LoadSettings(
    int connections, OptionalDouble rate, int warmUpRounds, int rounds, Duration round) {

  /** The arrivals of a round that starts now. */
  Arrivals arrivals() {
    long now = System.nanoTime();
    return rate.isPresent()
        ? new OpenLoop(now, round, rate.getAsDouble())
        : new ClosedLoop(now, round);
  }
}

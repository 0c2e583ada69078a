package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How far the other regions are from this node: the smallest round trip to a node of theirs within
 * the last minute. Single ones say little, since a busy node or a new connection lengthens them. A
 * region that has not answered for a minute is at no known distance. Safe for use by many threads.
 */
public final class RegionDistances {

  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private record Sample(long nanoTime, Duration roundTrip) {}

  private final LongSupplier nanoTime;
  private final Map<RegionId, Deque<Sample>> samples = new HashMap<>();

  /**
   * @param nanoTime the monotonic clock, in nanoseconds
   */
  public RegionDistances(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A node of that region has just answered after so long. */
  public synchronized void measured(RegionId region, Duration roundTrip) {
    samples
        .computeIfAbsent(region, key -> new ArrayDeque<>())
        .addLast(new Sample(nanoTime.getAsLong(), roundTrip));
  }

  /** The distances that are known now. */
  public synchronized Map<RegionId, Duration> known() {
    long now = nanoTime.getAsLong();
    samples
        .values()
        .forEach(ofRegion ->
            ofRegion.removeIf(sample -> now - sample.nanoTime() > REMEMBERED.toNanos()));
    samples.values().removeIf(Deque::isEmpty);
    Map<RegionId, Duration> smallest = new HashMap<>();
    samples.forEach((region, ofRegion) ->
        ofRegion.stream()
            .map(Sample::roundTrip)
            .min(Duration::compareTo)
            .ifPresent(roundTrip -> smallest.put(region, roundTrip)));
    return Map.copyOf(smallest);
  }
}

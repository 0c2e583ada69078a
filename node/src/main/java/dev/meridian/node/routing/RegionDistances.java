package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How far the other regions are from this node, and from one another. From this node it is the
 * smallest round trip to a node of theirs within the last minute: single ones say little, since a
 * busy node or a new connection lengthens them. From another region it is what a node there says in
 * the same way. A region that has not answered for a minute is at no known distance. Safe for use
 * by many threads.
 */
public final class RegionDistances {

  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private record Sample(long nanoTime, Duration roundTrip) {}

  private record Told(long nanoTime, Map<RegionId, Duration> roundTrips) {}

  private final LongSupplier nanoTime;
  private final Map<RegionId, Deque<Sample>> samples = new HashMap<>();
  private final Map<RegionId, Told> told = new HashMap<>();

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

  /** A node of that region has just said how far others are from it. */
  public synchronized void told(RegionId region, Map<RegionId, Duration> roundTrips) {
    told.put(region, new Told(nanoTime.getAsLong(), Map.copyOf(roundTrips)));
  }

  /** How far others are from another region, as far as that is known now. */
  public synchronized Map<RegionId, Duration> from(RegionId region) {
    Told last = told.get(region);
    return last == null || isOld(last.nanoTime()) ? Map.of() : last.roundTrips();
  }

  /** The distances from this node that are known now. */
  public synchronized Map<RegionId, Duration> known() {
    samples.values().forEach(ofRegion -> ofRegion.removeIf(sample -> isOld(sample.nanoTime())));
    samples.values().removeIf(Deque::isEmpty);
    Map<RegionId, Duration> smallest = new HashMap<>();
    samples.forEach((region, ofRegion) ->
        ofRegion.stream()
            .map(Sample::roundTrip)
            .min(Duration::compareTo)
            .ifPresent(roundTrip -> smallest.put(region, roundTrip)));
    return Map.copyOf(smallest);
  }

  private boolean isOld(long then) {
    return nanoTime.getAsLong() - then > REMEMBERED.toNanos();
  }
}

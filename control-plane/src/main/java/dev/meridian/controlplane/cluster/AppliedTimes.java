package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * About how long ago commands were applied, finer than the ticks of cluster time tell, and between
 * them: for what is shown, never for what is decided. Thread-safe.
 */
public final class AppliedTimes {

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** Ticks follow each other after this and a little more. */
  private static final Duration TICK = Duration.ofSeconds(12);

  private final LongSupplier nanoTime;

  /** When each revision was seen for the last time. */
  private final TreeMap<Long, Long> seen = new TreeMap<>();

  private long clusterMillis;
  private long clusterNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public AppliedTimes(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.clusterNanos = nanoTime.getAsLong();
  }

  /** The state is at this revision and cluster time now; to be told about once a second. */
  synchronized void observe(long revision, long clusterTimeMillis) {
    long now = nanoTime.getAsLong();
    if (clusterTimeMillis != clusterMillis) {
      clusterMillis = clusterTimeMillis;
      clusterNanos = now;
    }
    seen.put(revision, now);
    for (Map.Entry<Long, Long> oldest = seen.firstEntry();
        seen.size() > 1 && now - oldest.getValue() > REMEMBERED.toNanos();
        oldest = seen.firstEntry()) {
      seen.remove(oldest.getKey());
    }
  }

  /** How long something has been lacking, at most a second too much while it is remembered. */
  public synchronized Duration age(LackingSince since) {
    long now = nanoTime.getAsLong();
    Duration byTicks = Duration.ofMillis(clusterMillis - since.clusterMillis());
    Map.Entry<Long, Long> before = seen.lowerEntry(since.revision());
    if (before == null) {
      return notNegative(byTicks.plusNanos(now - clusterNanos));
    }
    // A server that catches up sees late what is old.
    Duration bySight = Duration.ofNanos(now - before.getValue());
    return notNegative(max(bySight, byTicks.minus(TICK)));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration notNegative(Duration duration) {
    return max(duration, Duration.ZERO);
  }
}

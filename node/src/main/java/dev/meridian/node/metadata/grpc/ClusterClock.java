package dev.meridian.node.metadata.grpc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Cluster time between two views, carried on with the local monotonic clock. Without news it stops
 * after the longest step that a tick may take, since cluster time itself stands still while there
 * is no leader.
 */
final class ClusterClock {

  private static final Duration LONGEST_STEP = Duration.ofSeconds(20);

  private record Reading(long clusterMillis, long nanos) {}

  private final LongSupplier nanoTime;
  private final AtomicReference<Reading> last = new AtomicReference<>();

  ClusterClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A view said this. One that says the same as before, or less, is no news. */
  void observe(long clusterMillis) {
    Reading reading = new Reading(clusterMillis, nanoTime.getAsLong());
    last.accumulateAndGet(
        reading,
        (known, next) ->
            known != null && known.clusterMillis() >= next.clusterMillis() ? known : next);
  }

  /** Cluster time now, in milliseconds. */
  long millis() {
    Reading reading = last.get();
    if (reading == null) {
      throw new IllegalStateException("no view of the cluster has come yet");
    }
    long elapsed = Duration.ofNanos(nanoTime.getAsLong() - reading.nanos()).toMillis();
    return reading.clusterMillis() + Math.min(elapsed, LONGEST_STEP.toMillis());
  }
}

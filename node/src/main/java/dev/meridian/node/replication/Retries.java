package dev.meridian.node.replication;

import dev.meridian.model.Digest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When a blob that could not be copied is tried again: after one second, two, four, up to a minute.
 */
final class Retries {

  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 6;

  /** More than that many failing blobs are not remembered: they are tried again at once. */
  private static final int REMEMBERED = 100_000;

  private record Failed(int times, long atNanos) {
    long delayNanos() {
      Duration delay = Duration.ofSeconds(1L << Math.min(times - 1, DOUBLINGS));
      return (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toNanos();
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Digest, Failed> failures = new ConcurrentHashMap<>();

  Retries(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  boolean isDue(Digest digest) {
    Failed failed = failures.get(digest);
    return failed == null || nanoTime.getAsLong() - failed.atNanos() >= failed.delayNanos();
  }

  void failed(Digest digest) {
    if (failures.size() >= REMEMBERED) {
      failures.clear();
    }
    failures.merge(
        digest,
        new Failed(1, nanoTime.getAsLong()),
        (before, now) -> new Failed(before.times() + 1, now.atNanos()));
  }

  void succeeded(Digest digest) {
    failures.remove(digest);
  }
}

package dev.meridian.controlplane.raft;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one of many through at a time: the first, and then one after each interval at most. */
final class Pace {

  private final long interval;
  private final AtomicLong last;

  Pace(Duration interval) {
    this.interval = interval.toNanos();
    this.last = new AtomicLong(System.nanoTime() - this.interval);
  }

  /** Whether it is the caller's turn; at most one is told so. */
  boolean isDue() {
    long now = System.nanoTime();
    long before = last.get();
    return now - before >= interval && last.compareAndSet(before, now);
  }
}

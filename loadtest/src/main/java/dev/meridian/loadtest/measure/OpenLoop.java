package dev.meridian.loadtest.measure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Operations are due at a fixed rate, however slow the target is: one that finds all workers busy
 * begins late, and its waiting counts (no coordinated omission). What has not begun when the round
 * should have been over for its own length again is given up and counted as missed.
 */
final class OpenLoop implements Arrivals {

  private final long start;
  private final long giveUp;
  private final long total;
  private final double intervalNanos;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong late = new AtomicLong();

  OpenLoop(long start, Duration length, double perSecond) {
    this.start = start;
    this.giveUp = start + 2 * length.toNanos();
    this.intervalNanos = 1e9 / perSecond;
    this.total = Math.max(1, (long) (length.toNanos() / intervalNanos));
  }

  @Override
  public long next() {
    long number = taken.getAndIncrement();
    if (number >= total) {
      return OVER;
    }
    long due = start + (long) (number * intervalNanos);
    long now = System.nanoTime();
    if (now - giveUp > 0) {
      late.incrementAndGet();
      return OVER;
    }
    while (now - due < 0) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    return due;
  }

  @Override
  public long missed() {
    return late.get() + Math.max(0, total - taken.get());
  }
}

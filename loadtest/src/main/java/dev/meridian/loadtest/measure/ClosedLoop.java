package dev.meridian.loadtest.measure;

import java.time.Duration;

/** Each worker begins its next operation when its last one has ended. */
final class ClosedLoop implements Arrivals {

  private final long end;

  ClosedLoop(long start, Duration length) {
    this.end = start + length.toNanos();
  }

  @Override
  public long next() {
    long now = System.nanoTime();
    return now - end < 0 ? now : OVER;
  }

  @Override
  public long missed() {
    return 0;
  }
}

package dev.meridian.controlplane.raft;

import java.time.Duration;

/** A moment on the local monotonic clock until which somebody waits. */
public record Deadline(long nanoTime) {

  /** So long from now. */
  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** What is left; zero when it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** Whether it has passed. */
  public boolean passed() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /** The earlier of this one and so long from now. */
  public Deadline atMost(Duration duration) {
    Deadline other = in(duration);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }
}

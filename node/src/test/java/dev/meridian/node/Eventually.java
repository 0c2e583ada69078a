package dev.meridian.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens in its own time. */
public final class Eventually {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  /** An assertion that may fail at first. */
  public interface Assertion {
    void check() throws Exception;
  }

  /** Returns when the assertion holds; fails with its last failure when that takes too long. */
  public static void eventually(Assertion assertion) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError | Exception e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}

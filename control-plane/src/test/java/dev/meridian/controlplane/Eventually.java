package dev.meridian.controlplane;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what is going to hold, but not at once. */
public final class Eventually {
  private Eventually() {}

  /** Assertions, and the calls that they need. */
  @FunctionalInterface
  public interface ThrowingRunnable {
    void run() throws Exception;
  }

  /** Returns when the condition holds; fails when it does not within 20 s. */
  public static void eventually(String what, Callable<Boolean> condition) {
    eventually(what, Duration.ofSeconds(20), condition);
  }

  /** Returns when the assertions hold; fails when they do not within 60 s. */
  public static void holds(String what, ThrowingRunnable assertions) {
    eventually(
        what,
        Duration.ofSeconds(60),
        () -> {
          assertions.run();
          return true;
        });
  }

  /** Returns when the condition holds; fails when it does not in time. */
  public static void eventually(String what, Duration patience, Callable<Boolean> condition) {
    long end = System.nanoTime() + patience.toNanos();
    Throwable last = null;
    while (System.nanoTime() < end) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (AssertionError | Exception e) {
        last = e;
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    fail("not within " + patience + ": " + what, last);
  }
}

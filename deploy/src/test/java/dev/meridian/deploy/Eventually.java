package dev.meridian.deploy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do in their own time. */
final class Eventually {

  private Eventually() {}

  /** What the call returns when it first returns at all; its last failure after the patience. */
  static <T> T get(Duration patience, Callable<T> call) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return call.call();
      } catch (AssertionError | Exception e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }
}

package dev.meridian.loadtest.cluster;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets time pass. */
public final class Pause {

  private Pause() {}

  /**
   * Waits.
   *
   * @throws IOException when the thread is interrupted: what it does is broken off
   */
  public static void of(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What a thread throws when it was interrupted. */
  public static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("the run was broken off").initCause(e);
  }
}

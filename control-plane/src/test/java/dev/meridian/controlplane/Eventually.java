package dev.meridian.controlplane;

import static org.assertj.core.api.Assertions.fail;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Waits for what is going to hold, but not at once. */
public final class Eventually {
  private Eventually() {}

  /** Returns when the condition holds; fails when it does not within 20 s. */
  public static void eventually(String what, Callable<Boolean> condition) {
    eventually(what, Duration.ofSeconds(20), condition);
  }

  /** Returns when the condition holds; fails when it does not in time. */
  public static void eventually(String what, Duration patience, Callable<Boolean> condition) {
    long end = System.nanoTime() + patience.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    fail("not within " + patience + ": " + what, last);
  }

  /** As clients do, asks again while a call is undecided; throws what was decided against it. */
  public static void decided(Runnable call) {
    AtomicReference<StatusRuntimeException> refusal = new AtomicReference<>();
    eventually(
        "it is decided",
        Duration.ofSeconds(60),
        () -> {
          try {
            call.run();
          } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
              throw e;
            }
            refusal.set(e);
          }
          return true;
        });
    if (refusal.get() != null) {
      throw refusal.get();
    }
  }
}

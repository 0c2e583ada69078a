package dev.meridian.deploy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the program on SIGINT, SIGTERM or a normal exit: closes what runs, within a bound, and
 * exits with 0 when that worked and with 1 when it did not.
 */
final class StopOnSignal {

  private static final Logger LOG = LoggerFactory.getLogger(StopOnSignal.class);

  private StopOnSignal() {}

  /**
   * Blocks until the process is told to stop; never returns.
   *
   * @param running closed by the signal
   * @param bound after which the process ends without having closed everything
   */
  static void await(AutoCloseable running, Duration bound) throws InterruptedException {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(running, bound)));
    new CountDownLatch(1).await();
  }

  private static void stop(AutoCloseable running, Duration bound) {
    Thread closing = Thread.ofPlatform().name("close").daemon().start(() -> close(running));
    int exit = 1;
    try {
      if (closing.join(bound)) {
        exit = 0;
      } else {
        LOG.error("not everything was closed after {}: the process ends all the same", bound);
      }
    } catch (InterruptedException e) {
      LOG.error("interrupted while closing: the process ends all the same", e);
    }
    Runtime.getRuntime().halt(exit);
  }

  private static void close(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception e) {
      LOG.error("closing failed", e);
    }
  }
}

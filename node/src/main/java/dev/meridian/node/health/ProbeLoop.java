package dev.meridian.node.health;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks one probe again and again and remembers what it said. A check that takes longer than its
 * deadline counts as failed then; the next begins when it is over. Until one succeeds they follow
 * one another quickly, so that what is well after a start is soon known to be.
 */
final class ProbeLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProbeLoop.class);

  /** Between checks before the first success: a node is ready as soon as all have succeeded. */
  private static final Duration AT_THE_START = Duration.ofMillis(100);

  private static final Duration START = Duration.ofSeconds(10);

  private final String name;
  private final Probe probe;
  private final Duration deadline;
  private final Duration interval;
  private final Thread thread;
  private volatile int failures;
  private volatile long lastSuccess;
  private volatile boolean succeededOnce;

  /** Starts asking at once. */
  ProbeLoop(String name, Probe probe, Duration deadline, Duration interval) {
    this.name = name;
    this.probe = probe;
    this.deadline = deadline;
    this.interval = interval;
    this.thread = Thread.ofVirtual().name("probe-" + name).start(this::askUntilInterrupted);
  }

  /** Whether any check has succeeded yet. */
  boolean succeededOnce() {
    return succeededOnce;
  }

  /** Whether it is well: a single failure is not taken for more than bad luck. */
  boolean isUp() {
    return succeededOnce && failures < 2;
  }

  /** Time since a check last succeeded; very long when none has. */
  Duration sinceSuccess() {
    return succeededOnce
        ? Duration.ofNanos(System.nanoTime() - lastSuccess)
        : Duration.ofNanos(Long.MAX_VALUE);
  }

  private void askUntilInterrupted() {
    long begun = System.nanoTime();
    try {
      while (true) {
        conclude(begin());
        boolean starting = !succeededOnce && System.nanoTime() - begun < START.toNanos();
        Thread.sleep(starting ? AT_THE_START : interval);
      }
    } catch (InterruptedException e) {
      LOG.debug("probe {} stops", name);
    }
  }

  private CompletableFuture<Void> begin() {
    CompletableFuture<Void> check = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("check-" + name)
        .start(() -> {
          try {
            probe.check();
            check.complete(null);
          } catch (Exception e) {
            check.completeExceptionally(e);
          }
        });
    return check;
  }

  /** Waits for the end of a check; each deadline that passes meanwhile is one more failure. */
  private void conclude(CompletableFuture<Void> check) throws InterruptedException {
    boolean late = false;
    while (true) {
      try {
        check.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!late) {
          succeeded();
        }
        return;
      } catch (ExecutionException e) {
        failed(String.valueOf(e.getCause().getMessage()));
        return;
      } catch (TimeoutException e) {
        late = true;
        failed("no answer within " + deadline.toMillis() + " ms");
      }
    }
  }

  private void succeeded() {
    if (failures > 0) {
      LOG.info("{} is well again", name);
    }
    lastSuccess = System.nanoTime();
    succeededOnce = true;
    failures = 0;
  }

  private void failed(String reason) {
    failures = failures + 1;
    if (failures == 1) {
      // At the start the others of the cluster may simply not be there yet.
      LOG.atLevel(succeededOnce ? Level.WARN : Level.INFO)
          .log("{} does not answer: {}", name, reason);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

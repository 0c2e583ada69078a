package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.oci.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Repeats what a registry refuses for the moment only (429, RFC 6585; 503, RFC 9110, section
 * 15.6.4), after the time that it tells, else after longer and longer times; and counts how often
 * that was. May be used by several threads.
 */
final class Retries {

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final Duration patience;
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  /**
   * @param patience how long something is repeated
   */
  Retries(Duration patience) {
    this.patience = patience;
  }

  /** What may be done again when it was refused. */
  @FunctionalInterface
  interface Task {
    void perform() throws IOException;
  }

  /**
   * Performs a task until it is not refused.
   *
   * @throws IOException any other failure, and the last refusal when patience is over
   */
  void perform(Task task) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    Duration wait = FIRST_WAIT;
    while (true) {
      try {
        task.perform();
        return;
      } catch (RefusedException refusal) {
        if (refusal.status() != 429 && refusal.status() != 503) {
          throw refusal;
        }
        if (System.nanoTime() - end > 0) {
          throw new IOException(
              refusal.getMessage() + ", again and again for " + patience.toSeconds() + " s",
              refusal);
        }
        counts.merge(refusal.kind(), 1L, Long::sum);
        Pause.of(spread(refusal.retryAfter().orElse(wait)));
        wait = shorter(wait.multipliedBy(2), LONGEST_WAIT);
      }
    }
  }

  /** How often something was repeated, by what was said before. */
  Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** All that were refused together shall not come back together. */
  private static Duration spread(Duration wait) {
    return wait.plusNanos((long) (wait.toNanos() * ThreadLocalRandom.current().nextDouble(0.5)));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

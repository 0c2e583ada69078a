package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.holds;

import dev.meridian.controlplane.Eventually.ThrowingRunnable;
import java.time.Duration;

/**
 * Deletes at servers of a cluster, and whether what is deleted is gone from all of them at once. A
 * server that was silent so long that a delete gave it up may be behind, and the next delete does
 * not wait for it either: these two need only be gone soon.
 */
final class Deletions {

  /** Half of what a delete waits for a silent server. */
  private static final Duration LONG = Duration.ofSeconds(1);

  private final boolean[] gaveUp = new boolean[TestCluster.REGIONS.size()];

  /** Deletes at a server and checks. */
  void delete(int server, Runnable delete, ThrowingRunnable isGone) throws Exception {
    long began = System.nanoTime();
    delete.run();
    boolean givesUp = System.nanoTime() - began >= LONG.toNanos();
    if (givesUp || gaveUp[server]) {
      holds("it is gone from all", isGone);
    } else {
      isGone.run();
    }
    gaveUp[server] = givesUp;
  }
}

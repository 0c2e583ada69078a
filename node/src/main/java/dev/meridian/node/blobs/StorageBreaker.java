package dev.meridian.node.blobs;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a region's storage is to be used, by what requests and probes of it found. It opens after
 * a few failures with no success between them, and closes when probes succeed again: so that the
 * requests of clients are not what tries out a storage that is down.
 */
public final class StorageBreaker {

  private static final Logger LOG = LoggerFactory.getLogger(StorageBreaker.class);

  private static final int FAILURES = 3;
  private static final int PROBES = 2;

  /** Failures that lie further apart are bad luck. */
  private static final Duration TOGETHER = Duration.ofSeconds(30);

  /** Some servers say "slow down" when they have lost their quorum, and then it does not end. */
  private static final Duration LONGEST_THROTTLE = Duration.ofSeconds(15);

  private final LongSupplier nanoTime;
  private int failures;
  private long firstFailure;
  private int probesToGo;
  private OptionalLong throttledSince = OptionalLong.empty();

  public StorageBreaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether storage is not to be used now. */
  public synchronized boolean isOpen() {
    return probesToGo > 0;
  }

  /** A request of a client, or of a copy, was answered. */
  synchronized void succeeded() {
    failures = 0;
  }

  /** A request was not answered, too late or with an error of the storage's. */
  synchronized void failed() {
    long now = nanoTime.getAsLong();
    if (failures == 0 || now - firstFailure > TOGETHER.toNanos()) {
      failures = 0;
      firstFailure = now;
    }
    failures++;
    if (failures >= FAILURES && probesToGo == 0) {
      LOG.warn("{} requests to object storage failed in a row: it is not used for now", failures);
      probesToGo = PROBES;
    }
  }

  /** A probe wrote, read and deleted an object. */
  synchronized void probed() {
    throttledSince = OptionalLong.empty();
    answered();
  }

  /**
   * A probe was told that there are too many requests.
   *
   * @return whether that is an answer; when no other has come for too long, the probe has failed
   */
  synchronized boolean probeThrottled() {
    long now = nanoTime.getAsLong();
    long since = throttledSince.orElse(now);
    throttledSince = OptionalLong.of(since);
    if (now - since >= LONGEST_THROTTLE.toNanos()) {
      return false;
    }
    answered();
    return true;
  }

  private void answered() {
    if (probesToGo > 0) {
      probesToGo--;
      failures = 0;
      if (probesToGo == 0) {
        LOG.info("object storage is used again");
      }
    }
  }

  /** A probe failed. */
  synchronized void probeFailed() {
    if (probesToGo > 0) {
      probesToGo = PROBES;
    }
  }
}

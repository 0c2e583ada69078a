package dev.meridian.node.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What is left of one limit for one key, as this node knows it. On the key's owner it is what all
 * nodes have left together; elsewhere it is what the owner said last, refilled since and less what
 * this node granted since. It is below zero when several nodes granted the last ones at the same
 * time: what was too much is missing later, so that in the long run no more than the limit passes.
 *
 * <p>One lock for all, held for some arithmetic only.
 */
final class Allowance {

  /** At most so many whole limits are missing. */
  static final int MOST_MISSING = 16;

  private final Id id;
  private final RateLimit limit;
  private final Bucket bucket;

  /** Granted here and not yet cut off to be told to the owner. */
  private long unreported;

  /** Whether it was used here, or by word of other nodes, since the last settlement. */
  private boolean used;

  /** The node that last said what is left. */
  private String settledWith = "";

  /** Which limit of whom. */
  record Id(LimitClass limitClass, LimitKey key) {

    /** For choosing the owner, the same on all nodes. */
    String text() {
      return limitClass.label() + " " + key.kind().label() + " " + key.name();
    }
  }

  /**
   * What was answered.
   *
   * @param granted whether there is, or was, one left
   * @param remaining at least 0
   * @param untilNext zero when there is one
   */
  record Balance(boolean granted, long remaining, Duration untilNext) {}

  Allowance(Id id, RateLimit limit, TimeMeter clock) {
    this.id = id;
    this.limit = limit;
    this.bucket =
        Bucket.builder()
            .addLimit(limit.bandwidth())
            .withCustomTimePrecision(clock)
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .build();
  }

  Id id() {
    return id;
  }

  /** Takes one, if there is one. */
  synchronized Balance take() {
    Balance before = peek();
    if (!before.granted()) {
      return before;
    }
    grant(1);
    return new Balance(true, before.remaining() - 1, Duration.ZERO);
  }

  /** What taking one would answer; nothing changes. */
  synchronized Balance peek() {
    EstimationProbe probe = bucket.estimateAbilityToConsume(1);
    return new Balance(
        probe.canBeConsumed(),
        Math.max(0, probe.getRemainingTokens()),
        Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /**
   * Counts this many, whether they are left or not; a negative number gives back. This alone never
   * makes the next one take longer than a window.
   */
  synchronized void grant(long count) {
    long left = bucket.getAvailableTokens();
    moveTo(Math.max(left - count, Math.min(left, 1 - limit.count())));
    report(count);
  }

  /**
   * On the owner: another node tells what it granted.
   *
   * @param known what the other node believes is left, where that is to count: when it settles with
   *     this node for the first time, so that a new owner begins with the lowest that is known
   * @return what is left now, of all nodes together
   */
  synchronized long settle(long granted, OptionalLong known) {
    long left = bucket.getAvailableTokens() - granted;
    moveTo(known.isPresent() ? Math.min(left, known.getAsLong()) : left);
    used = true;
    return bucket.getAvailableTokens();
  }

  /** Elsewhere: the owner says what is left, after all that this node has cut off so far. */
  synchronized void settled(String owner, long remaining) {
    moveTo(remaining - unreported);
    settledWith = owner;
  }

  synchronized boolean isSettledWith(String node) {
    return settledWith.equals(node);
  }

  /** This node owns it: what it granted itself need not be told. */
  synchronized void own(String self) {
    unreported = 0;
    settledWith = self;
  }

  /** Whether another owner is to be told of it: what was granted, or what an owner before knew. */
  synchronized boolean isDue(String self) {
    return unreported != 0 || settledWith.equals(self);
  }

  /** Whether all is left, as for a key of which nothing is known. */
  synchronized boolean isWhole() {
    return unreported == 0 && bucket.getAvailableTokens() == limit.count();
  }

  /** Whether it was used since this was last asked. */
  synchronized boolean noteUse() {
    boolean since = used;
    used = false;
    return since;
  }

  /** It is to be looked at again in the next settlement. */
  synchronized void keepUse() {
    used = true;
  }

  /** What is to be told to the owner; from now on it counts as told. */
  synchronized long cut() {
    long granted = unreported;
    unreported = 0;
    return granted;
  }

  /** This was cut off, but the owner was not told after all. */
  synchronized void restore(long granted) {
    report(granted);
  }

  /** What is left; below zero when too much was granted. */
  synchronized long left() {
    return bucket.getAvailableTokens();
  }

  /** What this node believes is left, but for what it has not cut off. */
  synchronized long known() {
    return Math.min(bucket.getAvailableTokens() + unreported, limit.count());
  }

  /** However long the owner is away, it is not told of more than a whole limit. */
  private void report(long count) {
    unreported = Math.min(unreported + count, limit.count());
    used = true;
  }

  private void moveTo(long target) {
    long lowest = -MOST_MISSING * limit.count();
    long change = Math.max(target, lowest) - bucket.getAvailableTokens();
    if (change < 0) {
      bucket.consumeIgnoringRateLimits(-change);
    } else if (change > 0) {
      bucket.addTokens(change);
    }
  }
}

package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes local reads linearizable: when {@link #await} returns, this replica has applied every write
 * that was acknowledged anywhere before it was called (Raft dissertation, section 6.4, ReadIndex).
 *
 * <p>Callers share a round if it starts after they arrived, never one that was already under way.
 * Several rounds may be under way at once, so that a caller waits for one round trip at most; while
 * one is, the next starts {@link #GAP} after it at the earliest, and callers gather for it.
 */
public final class Barrier {

  /** Bounds the number of rounds under way to the round trip divided by this. */
  static final Duration GAP = Duration.ofMillis(1);

  /** A round that takes longer may be stuck with a leader that was cut off: another one starts. */
  static final Duration IMPATIENCE = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Supplier<CompletableFuture<?>> readIndex;
  private final Duration impatience;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private Round next;
  private int underWay;
  private long lastStart;
  private boolean passedOnce;
  private long newestPassed;

  private static final class Round {
    private final CompletableFuture<Void> passed = new CompletableFuture<>();
  }

  /**
   * @param readIndex asks the leader for its commit index and waits until that is applied here;
   *     fails while there is no leader
   * @param impatience after which another round starts beside one that does not end
   */
  Barrier(Supplier<CompletableFuture<?>> readIndex, Duration impatience, LongSupplier nanoClock) {
    this.readIndex = readIndex;
    this.impatience = impatience;
    this.nanoClock = nanoClock;
  }

  /**
   * Waits for a round that starts after this call; tries again through an election.
   *
   * @throws UnavailableException when none has passed by the deadline
   */
  public void await(Deadline deadline) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    Throwable lastFailure = null;
    while (true) {
      Round round = join();
      round.passed.thenRun(() -> mine.complete(null));
      CompletableFuture<Object> event =
          CompletableFuture.anyOf(mine, round.passed.exceptionally(failure -> null));
      try {
        waitFor(event, deadline.atMost(impatience));
        if (round.passed.isCompletedExceptionally()) {
          lastFailure = round.passed.exceptionNow();
          waitFor(mine, deadline.atMost(PAUSE));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnavailableException("interrupted while waiting for a quorum", e);
      }
      if (mine.isDone()) {
        return;
      }
      if (deadline.passed()) {
        throw new UnavailableException("no quorum answered in time", lastFailure);
      }
    }
  }

  private static void waitFor(CompletableFuture<?> future, Deadline deadline)
      throws InterruptedException {
    try {
      future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The caller looks what has happened.
    }
  }

  /** Whether a round that passed began at most so long ago. */
  public boolean passedWithin(Duration age) {
    lock.lock();
    try {
      return passedOnce
          && Duration.ofNanos(nanoClock.getAsLong() - newestPassed).compareTo(age) <= 0;
    } finally {
      lock.unlock();
    }
  }

  private Round join() {
    lock.lock();
    try {
      if (next == null) {
        Round round = new Round();
        next = round;
        schedule(round);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void schedule(Round round) {
    long wait = underWay == 0 ? 0 : lastStart + GAP.toNanos() - nanoClock.getAsLong();
    Executor executor =
        wait <= 0
            ? Thread::startVirtualThread
            : CompletableFuture.delayedExecutor(
                wait, TimeUnit.NANOSECONDS, Thread::startVirtualThread);
    executor.execute(() -> start(round));
  }

  private void start(Round round) {
    long started;
    lock.lock();
    try {
      // Who comes from here on did not arrive before the start.
      next = null;
      underWay++;
      started = nanoClock.getAsLong();
      lastStart = started;
    } finally {
      lock.unlock();
    }
    CompletableFuture<?> answer;
    try {
      answer = readIndex.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete((value, failure) -> finish(round, started, failure));
  }

  private void finish(Round round, long started, Throwable failure) {
    lock.lock();
    try {
      underWay--;
      if (failure == null && (!passedOnce || started - newestPassed > 0)) {
        passedOnce = true;
        newestPassed = started;
      }
    } finally {
      lock.unlock();
    }
    if (failure == null) {
      round.passed.complete(null);
    } else {
      round.passed.completeExceptionally(failure);
    }
  }
}

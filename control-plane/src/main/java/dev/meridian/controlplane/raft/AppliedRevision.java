package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** The revision that this server has applied, and those who wait for one. Thread-safe. */
public final class AppliedRevision {

  private record Waiter(long revision, long number) implements Comparable<Waiter> {
    @Override
    public int compareTo(Waiter other) {
      int order = Long.compare(revision, other.revision);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  private final AtomicLong applied = new AtomicLong();
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentSkipListMap<Waiter, CompletableFuture<Void>> waiters =
      new ConcurrentSkipListMap<>();

  /** The newest applied revision. */
  public long current() {
    return applied.get();
  }

  /**
   * Waits until a revision is applied here.
   *
   * @throws UnavailableException when it is not by the deadline
   */
  public void await(long revision, Deadline deadline) {
    if (!reach(revision, deadline)) {
      throw new UnavailableException(
          "revision "
              + revision
              + " is not applied here in time: this server is at "
              + applied.get());
    }
  }

  /** Waits until a revision is applied here; false when it is not by the deadline. */
  public boolean reach(long revision, Deadline deadline) {
    if (applied.get() >= revision) {
      return true;
    }
    Waiter waiter = new Waiter(revision, numbers.getAndIncrement());
    CompletableFuture<Void> reached = register(waiter);
    try {
      reached.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return applied.get() >= revision;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while waiting for revision " + revision, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      waiters.remove(waiter);
    }
  }

  /** Completes when the revision is applied. For revisions that a log entry was given only. */
  CompletableFuture<Void> reached(long revision) {
    return applied.get() >= revision
        ? CompletableFuture.completedFuture(null)
        : register(new Waiter(revision, numbers.getAndIncrement()));
  }

  private CompletableFuture<Void> register(Waiter waiter) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    waiters.put(waiter, reached);
    // It may have been applied before the waiter stood in the map.
    if (applied.get() >= waiter.revision()) {
      waiters.remove(waiter);
      reached.complete(null);
    }
    return reached;
  }

  /** The store is now at this revision. */
  void advance(long revision) {
    applied.accumulateAndGet(revision, Math::max);
    var reached = waiters.headMap(new Waiter(revision, Long.MAX_VALUE), true);
    for (var first = reached.pollFirstEntry(); first != null; first = reached.pollFirstEntry()) {
      first.getValue().complete(null);
    }
  }
}

package dev.meridian.controlplane.raft;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** When entries were committed, so that an index can be told as a time. Thread-safe. */
final class CommitHistory implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** An hour under constant writes. */
  private static final int SAMPLES = 36_000;

  private record Sample(long index, long nanos) {}

  private final LongSupplier committed;
  private final LongSupplier nanoClock;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Thread thread = Thread.ofVirtual().name("commit-history").unstarted(this::run);

  /**
   * @param committed index of the newest committed entry
   */
  CommitHistory(LongSupplier committed) {
    this(committed, System::nanoTime);
  }

  CommitHistory(LongSupplier committed, LongSupplier nanoClock) {
    this.committed = committed;
    this.nanoClock = nanoClock;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        sample();
        TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
      }
    } catch (InterruptedException e) {
      // The end.
    }
  }

  synchronized void sample() {
    long index = committed.getAsLong();
    if (!samples.isEmpty() && samples.getLast().index() >= index) {
      return;
    }
    samples.addLast(new Sample(index, nanoClock.getAsLong()));
    if (samples.size() > SAMPLES) {
      samples.removeFirst();
    }
  }

  /** How long ago the first entry after this one was seen committed; zero when none was. */
  synchronized Duration lag(long index) {
    for (Sample sample : samples) {
      if (sample.index() > index) {
        return Duration.ofNanos(nanoClock.getAsLong() - sample.nanos());
      }
    }
    return Duration.ZERO;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

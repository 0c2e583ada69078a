package dev.meridian.loadtest.measure;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed number of operations outstanding, without a thread for each: when one ends, the next
 * begins (a closed loop). The submission bounds how long an operation may take.
 */
public final class OutstandingLane implements Lane {

  /** A small operation that is begun by any thread and ends on another. */
  @FunctionalInterface
  public interface Submission {

    /** How an operation ended; told once, by any thread. */
    interface Ending {

      /** It was done. */
      void done();

      /** It failed; counted by kind, the run goes on. */
      void failed(IOException failure);
    }

    /**
     * Begins an operation and returns at once.
     *
     * @param number counts the operations from 0, each number used once
     */
    void begin(long number, Ending ending);
  }

  private static final long SAMPLING_MS = 100;
  // A target that refuses at once shall not be flooded.
  private static final Executor AFTER_FAILURE =
      CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

  private final Target target;
  private final String kind;
  private final Submission submission;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * @param kind what the operations are called
   */
  public OutstandingLane(Target target, String kind, Submission submission) {
    this.target = target;
    this.kind = kind;
    this.submission = submission;
  }

  @Override
  public Target target() {
    return target;
  }

  /** The connections of the settings are the operations outstanding. */
  @Override
  public RoundResult round(LoadSettings load, Progress eachSample) throws IOException {
    CountDownLatch ended = new CountDownLatch(load.connections());
    List<Slot> slots = new ArrayList<>();
    RoundMeter meter = new RoundMeter(target);
    Arrivals arrivals = load.arrivals();
    for (int i = 0; i < load.connections(); i++) {
      slots.add(new Slot(arrivals, ended));
    }
    slots.forEach(Slot::next);
    try {
      while (!ended.await(SAMPLING_MS, TimeUnit.MILLISECONDS)) {
        meter.sample(load, eachSample);
      }
    } catch (InterruptedException e) {
      throw (InterruptedIOException)
          new InterruptedIOException("round was broken off").initCause(e);
    }
    meter.stop();
    LatencyRecorder notes = new LatencyRecorder();
    slots.forEach(slot -> notes.add(slot.recorder));
    return meter.result(notes);
  }

  /** Room for one operation; one thread at a time is here. */
  private final class Slot {

    private final Arrivals arrivals;
    private final CountDownLatch ended;
    private final Done done = new Done(kind, 0);
    private final LatencyRecorder recorder = new LatencyRecorder();

    Slot(Arrivals arrivals, CountDownLatch ended) {
      this.arrivals = arrivals;
      this.ended = ended;
    }

    void next() {
      long due = arrivals.next();
      if (due == Arrivals.OVER) {
        ended.countDown();
        return;
      }
      submission.begin(
          numbers.getAndIncrement(),
          new Submission.Ending() {
            @Override
            public void done() {
              recorder.operation(done, System.nanoTime() - due);
              next();
            }

            @Override
            public void failed(IOException failure) {
              recorder.failure(failure);
              AFTER_FAILURE.execute(Slot.this::next);
            }
          });
    }
  }
}

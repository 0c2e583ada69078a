package dev.meridian.loadtest.measure;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Workers with a thread and connections of their own, each with one operation at a time. */
public final class WorkerLane implements Lane {

  private static final Duration SAMPLING = Duration.ofMillis(100);
  // An operation may be a push of a large image; one that hangs longer is cut off.
  private static final Duration GRACE = Duration.ofMinutes(2);
  private static final long PAUSE_AFTER_FAILURE_NANOS = 5_000_000;

  private final Target target;
  private final Workload workload;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicReference<RuntimeException> broken = new AtomicReference<>();

  /** Numbers operations over all rounds. */
  public WorkerLane(Target target, Workload workload) {
    this.target = target;
    this.workload = workload;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public RoundResult round(LoadSettings load, Progress eachSample) throws IOException {
    List<Worker> workers = new ArrayList<>();
    try {
      for (int i = 0; i < load.connections(); i++) {
        workers.add(new Worker(target, i));
      }
      return run(workers, load, eachSample);
    } finally {
      for (Worker worker : workers) {
        worker.close();
      }
    }
  }

  private RoundResult run(List<Worker> workers, LoadSettings load, Progress eachSample)
      throws IOException {
    CountDownLatch ended = new CountDownLatch(workers.size());
    RoundMeter meter = new RoundMeter(target);
    Arrivals arrivals = load.arrivals();
    for (Worker worker : workers) {
      Thread.ofPlatform().daemon().name("worker").start(() -> work(worker, arrivals, ended));
    }
    await(ended, workers, load, meter, eachSample);
    meter.stop();
    if (broken.get() != null) {
      throw broken.get();
    }
    LatencyRecorder notes = new LatencyRecorder();
    workers.forEach(worker -> notes.add(worker.recorder()));
    if (arrivals.missed() > 0) {
      notes.failures("not begun: the target fell behind the rate", arrivals.missed());
    }
    return meter.result(notes);
  }

  private void work(Worker worker, Arrivals arrivals, CountDownLatch ended) {
    try {
      for (long due = arrivals.next(); due != Arrivals.OVER; due = arrivals.next()) {
        perform(worker, due);
      }
    } catch (RuntimeException e) {
      broken.compareAndSet(null, e);
    } finally {
      ended.countDown();
    }
  }

  private void perform(Worker worker, long due) {
    try {
      Done done = workload.perform(worker, numbers.getAndIncrement());
      worker.recorder().operation(done, System.nanoTime() - due);
    } catch (IOException e) {
      worker.recorder().failure(e);
      // A target that refuses connections at once shall not be flooded.
      LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    }
  }

  private static void await(
      CountDownLatch ended,
      List<Worker> workers,
      LoadSettings load,
      RoundMeter meter,
      Progress eachSample)
      throws IOException {
    Duration limit = load.round().multipliedBy(2).plus(GRACE);
    try {
      while (!ended.await(SAMPLING.toMillis(), TimeUnit.MILLISECONDS)) {
        meter.sample(load, eachSample);
        if (meter.elapsed().compareTo(limit) > 0) {
          for (Worker worker : workers) {
            worker.close(); // ends the requests that hang
          }
        }
      }
    } catch (InterruptedException e) {
      throw (InterruptedIOException)
          new InterruptedIOException("round was broken off").initCause(e);
    }
  }
}

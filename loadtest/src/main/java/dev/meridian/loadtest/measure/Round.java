package dev.meridian.loadtest.measure;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** One stretch of load on one target. */
final class Round {

  private static final OperatingSystemMXBean CLIENT =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final Duration SAMPLING = Duration.ofMillis(100);
  // An operation may be a push of a large image; one that hangs longer is cut off.
  private static final Duration GRACE = Duration.ofMinutes(2);
  private static final long PAUSE_AFTER_FAILURE_NANOS = 5_000_000;

  private final Target target;
  private final Workload workload;
  private final AtomicLong numbers;
  private final AtomicReference<RuntimeException> broken = new AtomicReference<>();

  /**
   * @param numbers gives each operation its number, over all rounds of the workload
   */
  Round(Target target, Workload workload, AtomicLong numbers) {
    this.target = target;
    this.workload = workload;
    this.numbers = numbers;
  }

  /**
   * Runs to the end of the last operation that began in time.
   *
   * @param eachSample called every 100 ms with the part of the round that is over
   */
  RoundResult run(LoadSettings load, Progress eachSample) throws IOException {
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
    ProcessMeter server = new ProcessMeter(target.pids());
    CountDownLatch ended = new CountDownLatch(workers.size());
    long cpu = CLIENT.getProcessCpuTime();
    long start = System.nanoTime();
    Arrivals arrivals = load.arrivals();
    for (Worker worker : workers) {
      Thread.ofPlatform().daemon().name("worker").start(() -> work(worker, arrivals, ended));
    }
    await(ended, workers, load, start, server, eachSample);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    double cpuSeconds = (CLIENT.getProcessCpuTime() - cpu) / 1e9;
    if (broken.get() != null) {
      throw broken.get();
    }
    LatencyRecorder notes = new LatencyRecorder();
    workers.forEach(worker -> notes.add(worker.recorder()));
    if (arrivals.missed() > 0) {
      notes.failures("not begun: the target fell behind the rate", arrivals.missed());
    }
    Optional<ProcessUse> use =
        target.pids().isEmpty() ? Optional.empty() : Optional.of(server.use());
    return new RoundResult(elapsed, notes, cpuSeconds, use);
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
      long start,
      ProcessMeter server,
      Progress eachSample)
      throws IOException {
    long limit = start + 2 * load.round().toNanos() + GRACE.toNanos();
    try {
      while (!ended.await(SAMPLING.toMillis(), TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        server.sample();
        eachSample.show("", Math.min(1, (double) (now - start) / load.round().toNanos()));
        if (now - limit > 0) {
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

package dev.meridian.loadtest.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;

/** Time, and what client and servers use of the machine, from the beginning of a round on. */
final class RoundMeter {

  private static final OperatingSystemMXBean CLIENT =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Target target;
  private final ProcessMeter server;
  private final long clientCpuAtStart = CLIENT.getProcessCpuTime();
  private final long start = System.nanoTime();
  private Duration length = Duration.ZERO;
  private double clientCpuSeconds;
  private Optional<ProcessUse> use = Optional.empty();

  /** Begins. */
  RoundMeter(Target target) {
    this.target = target;
    this.server = new ProcessMeter(target.pids());
  }

  /** Since the beginning. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Looks at memory once more, and shows how much of the round is over. */
  void sample(LoadSettings load, Progress progress) {
    server.sample();
    progress.show("", Math.min(1, (double) elapsed().toNanos() / load.round().toNanos()));
  }

  /** Ends. */
  void stop() {
    length = elapsed();
    clientCpuSeconds = (CLIENT.getProcessCpuTime() - clientCpuAtStart) / 1e9;
    use = target.pids().isEmpty() ? Optional.empty() : Optional.of(server.use());
  }

  /** What the round came to, once it was stopped. */
  RoundResult result(LatencyRecorder notes) {
    return new RoundResult(length, notes, clientCpuSeconds, use);
  }
}

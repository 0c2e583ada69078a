package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.ProcessMemory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How a cluster behaved when it held much.
 *
 * @param jvmFlags what the regions' JVMs were told
 */
public record ScaleReport(
    String startedAt,
    List<String> regions,
    List<String> jvmFlags,
    ScaleSettings settings,
    Load load,
    List<Pages> pages,
    List<Server> servers,
    List<Restart> restarts) {

  private static final double NANOS_PER_MS = 1e6;

  /**
   * How the cluster was filled.
   *
   * @param repetitions how often a request was sent again, by what the registry said before
   */
  public record Load(
      List<Step> steps, double seconds, double manifestsPerS, Map<String, Long> repetitions) {

    static Load of(List<Step> steps, ScaleSettings settings, Map<String, Long> repetitions) {
      double seconds = steps.stream().mapToDouble(Step::seconds).sum();
      return new Load(steps, seconds, settings.manifests() / seconds, repetitions);
    }
  }

  /** A part of filling; each of the things that it wrote has one manifest. */
  public record Step(String what, int count, double seconds, double perS) {

    static Step of(String what, int count, Duration took) {
      double seconds = took.toNanos() / 1e9;
      return new Step(what, count, seconds, count == 0 ? 0 : count / seconds);
    }
  }

  /**
   * Requests of one page at one place.
   *
   * @param page first, middle or last
   * @param place leader or follower
   */
  public record Pages(
      String list, String page, String place, double p50Ms, double p99Ms, double maxMs) {

    static Pages of(String list, String page, String place, Histogram nanos) {
      return new Pages(
          list,
          page,
          place,
          nanos.getValueAtPercentile(50) / NANOS_PER_MS,
          nanos.getValueAtPercentile(99) / NANOS_PER_MS,
          nanos.getMaxValue() / NANOS_PER_MS);
    }
  }

  /**
   * A region's process before restarts.
   *
   * @param place leader or follower
   * @param snapshotMs what a snapshot took afterwards, when it was asked for
   */
  public record Server(
      String region, String place, ProcessMemory memory, DiskUse disk, double snapshotMs) {}

  /**
   * An end of a process and its next start.
   *
   * @param place leader or follower
   * @param stopMs from the signal to the end of the process
   * @param replayedEntries of the Raft log, applied again since no snapshot had them
   * @param readyMs from the start of the process until {@code /readyz} answered 200
   * @param pageMs from the start of the process until a page of tags was answered, asked for when
   *     it was ready
   */
  public record Restart(
      String place,
      String region,
      String signal,
      double stopMs,
      long replayedEntries,
      double readyMs,
      double pageMs) {}

  static ScaleReport of(
      ClusterPlan plan,
      ScaleSettings settings,
      Instant started,
      Load load,
      List<Pages> pages,
      List<Server> servers,
      List<Restart> restarts) {
    return new ScaleReport(
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        plan.regions(),
        plan.jvmFlags(),
        settings,
        load,
        pages,
        servers,
        restarts);
  }

  /** For a terminal. */
  public String text() {
    return ScaleText.of(this);
  }
}

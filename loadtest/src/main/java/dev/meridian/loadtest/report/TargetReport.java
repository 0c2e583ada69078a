package dev.meridian.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.meridian.loadtest.measure.LatencyRecorder;
import dev.meridian.loadtest.measure.RoundResult;
import dev.meridian.loadtest.measure.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * One target in figures: spreads over its rounds, latencies of all rounds together.
 *
 * @param clientCpuCores CPU seconds of the load tester for each second
 * @param server present for targets whose processes were named
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record TargetReport(
    String name,
    List<String> urls,
    Spread operationsPerS,
    Spread megabytesPerS,
    Latency latency,
    Map<String, Latency> kinds,
    Map<String, Latency> steps,
    Map<String, Long> events,
    long errors,
    Map<String, Long> errorKinds,
    Spread clientCpuCores,
    Optional<Server> server,
    List<String> notes,
    List<RoundReport> rounds) {

  /**
   * What the target's processes used.
   *
   * @param cpuCores CPU seconds for each second
   * @param cpuSPerGb CPU seconds for each gigabyte of content; 0 where none was moved
   */
  public record Server(Spread cpuCores, Spread cpuSPerGb, long peakRssBytes) {}

  /** Sums up a target's rounds. */
  public static TargetReport of(Target target, List<RoundResult> results, List<String> notes) {
    LatencyRecorder sum = new LatencyRecorder();
    results.forEach(result -> sum.add(result.notes()));
    List<RoundReport> rounds = results.stream().map(RoundReport::of).toList();
    return new TargetReport(
        target.name(),
        target.origins().stream().map(Object::toString).toList(),
        spread(rounds, RoundReport::operationsPerS),
        spread(rounds, RoundReport::megabytesPerS),
        Latency.of(sum.all()),
        latencies(sum.operations()),
        latencies(sum.steps()),
        sum.events(),
        sum.errorCount(),
        sum.errors(),
        spread(rounds, round -> round.clientCpuS() / round.seconds()),
        target.pids().isEmpty() ? Optional.empty() : Optional.of(server(rounds)),
        List.copyOf(notes),
        rounds);
  }

  TargetReport withNote(String note) {
    return new TargetReport(
        name,
        urls,
        operationsPerS,
        megabytesPerS,
        latency,
        kinds,
        steps,
        events,
        errors,
        errorKinds,
        clientCpuCores,
        server,
        Stream.concat(notes.stream(), Stream.of(note)).toList(),
        rounds);
  }

  private static Server server(List<RoundReport> rounds) {
    return new Server(
        spread(rounds, round -> round.serverCpuS().orElse(0) / round.seconds()),
        spread(rounds, RoundReport::serverCpuSPerGb),
        rounds.stream().mapToLong(round -> round.serverPeakRssBytes().orElse(0)).max().orElse(0));
  }

  private static Spread spread(List<RoundReport> rounds, ToDoubleFunction<RoundReport> figure) {
    return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  private static Map<String, Latency> latencies(Map<String, Histogram> histograms) {
    Map<String, Latency> latencies = new TreeMap<>();
    histograms.forEach((kind, histogram) -> latencies.put(kind, Latency.of(histogram)));
    return latencies;
  }
}

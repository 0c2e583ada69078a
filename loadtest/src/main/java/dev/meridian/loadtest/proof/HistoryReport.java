package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.faults.Fault;
import dev.meridian.loadtest.history.Finding;
import dev.meridian.loadtest.history.FindingText;
import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.report.TextTable;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a run found.
 *
 * @param operations by kind and outcome, how many
 * @param findings each as text
 */
public record HistoryReport(
    String startedAt,
    long seed,
    long seconds,
    List<String> regions,
    int clients,
    int tags,
    long operationCount,
    Map<String, Map<String, Long>> operations,
    List<FaultReport> faults,
    long checkedMs,
    int violations,
    int undecided,
    List<String> findings) {

  /**
   * A fault and what it cost.
   *
   * @param atMs since clients began
   * @param lastedMs until it was healed or the process was started again
   * @param recoveredMs from then until all regions served
   * @param longestWithoutWriteMs the longest time in it, and until all regions served, in which no
   *     client of any region had a write acknowledged
   */
  public record FaultReport(
      String fault,
      String what,
      boolean delayed,
      long atMs,
      long lastedMs,
      long recoveredMs,
      long longestWithoutWriteMs) {}

  /** Puts together what is told of a run. */
  public static HistoryReport of(
      ClusterPlan plan, HistorySettings settings, HistoryRun.Result result) {
    Map<String, Map<String, Long>> operations = new TreeMap<>();
    for (Operation operation : result.operations()) {
      operations
          .computeIfAbsent(operation.action().kind(), kind -> new TreeMap<>())
          .merge(operation.outcome().kind(), 1L, Long::sum);
    }
    Successes writes = Successes.ofWrites(result.operations(), result.origin());
    return new HistoryReport(
        result.started().truncatedTo(ChronoUnit.SECONDS).toString(),
        settings.seed(),
        settings.time().toSeconds(),
        plan.regions(),
        settings.clients(),
        settings.tags(),
        result.operations().size(),
        operations,
        result.faults().stream().map(fault -> report(fault, writes, result.origin())).toList(),
        result.checked().toMillis(),
        (int)
            result.findings().stream()
                .filter(finding -> !(finding instanceof Finding.Undecided))
                .count(),
        (int) result.findings().stream().filter(Finding.Undecided.class::isInstance).count(),
        result.findings().stream().map(FindingText::of).toList());
  }

  private static FaultReport report(Fault fault, Successes writes, long origin) {
    return new FaultReport(
        fault.kind().label(),
        fault.what(),
        fault.delayed(),
        millis(fault.start() - origin),
        millis(fault.end() - fault.start()),
        millis(fault.recovered() - fault.end()),
        millis(writes.longestGap(fault.start(), fault.recovered()).nanos()));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** Whether a promise was broken, or could not be looked after. */
  public boolean hasFindings() {
    return !findings.isEmpty();
  }

  /** For a terminal: the findings come last, where the reader looks. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d regions, %d clients, %d tags, %d s, seed %d: %,d operations, checked in %,d ms%n%n"
            .formatted(regions.size(), clients, tags, seconds, seed, operationCount, checkedMs));
    text.append(operationTable()).append('\n');
    if (!faults.isEmpty()) {
      text.append(faultTable()).append('\n');
    }
    findings.forEach(finding -> text.append(finding).append('\n'));
    text.append("violations: ").append(violations);
    return text.append(undecided > 0 ? ", undecided: " + undecided : "").append('\n').toString();
  }

  private String operationTable() {
    List<String> outcomes =
        operations.values().stream()
            .flatMap(counts -> counts.keySet().stream())
            .distinct()
            .sorted()
            .toList();
    TextTable table =
        new TextTable(
            1, Stream.concat(Stream.of("operation"), outcomes.stream()).toArray(String[]::new));
    operations.forEach((kind, counts) ->
        table.add(
            Stream.concat(
                    Stream.of(kind),
                    outcomes.stream()
                        .map(outcome -> "%,d".formatted(counts.getOrDefault(outcome, 0L))))
                .toArray(String[]::new)));
    return table.toString();
  }

  private String faultTable() {
    TextTable table =
        new TextTable(
            3,
            "fault",
            "of",
            "network",
            "at s",
            "lasted ms",
            "recovered ms",
            "longest without a write ms");
    for (FaultReport fault : faults) {
      table.add(
          fault.fault(),
          fault.what(),
          fault.delayed() ? "slow" : "",
          "%,d".formatted(fault.atMs() / 1000),
          "%,d".formatted(fault.lastedMs()),
          "%,d".formatted(fault.recoveredMs()),
          "%,d".formatted(fault.longestWithoutWriteMs()));
    }
    return table.toString();
  }
}

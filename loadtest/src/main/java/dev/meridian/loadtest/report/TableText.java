package dev.meridian.loadtest.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reports as text for a terminal. */
final class TableText {

  private TableText() {}

  /** The verdicts come last, where the reader of a terminal looks. */
  static String of(Comparison comparison) {
    String reports =
        comparison.reports().stream().map(TableText::of).collect(Collectors.joining("\n"));
    TextTable table =
        new TextTable(2, "work", "measure", "median", "lowest", "highest", "goal", "met");
    for (Verdict verdict : comparison.verdicts()) {
      table.add(
          verdict.work(),
          Figures.words(verdict),
          Figures.of(verdict.spread().median()),
          Figures.of(verdict.spread().min()),
          Figures.of(verdict.spread().max()),
          Figures.words(verdict.goal()),
          verdict.met() ? "yes" : "no");
    }
    return reports + "\n" + comparison.headline() + "\n\n" + table + limits(comparison.limits());
  }

  private static String limits(List<Limit> limits) {
    TextTable table = new TextTable(1, "what bounds it", "MB/s");
    limits.forEach(limit -> table.add(limit.what(), Figures.of(limit.megabytesPerS())));
    return limits.isEmpty() ? "" : "\n" + table;
  }

  static String of(Report report) {
    StringBuilder text = new StringBuilder(headline(report)).append("\n\n");
    text.append(targets(report)).append(details(report)).append(ratios(report));
    for (TargetReport target : report.targets()) {
      target
          .errorKinds()
          .forEach((kind, count) -> line(text, target, count + " operations failed: " + kind));
      target.notes().forEach(note -> line(text, target, note));
    }
    return text.toString();
  }

  static String headline(Report report) {
    Report.Settings settings = report.settings();
    String loop =
        settings.ratePerS().isPresent()
            ? "open loop at " + Figures.of(settings.ratePerS().getAsDouble()) + "/s"
            : "closed loop";
    return "%s: %d at a time, %s, %d rounds of %s s after %d of warm-up, seed %d"
        .formatted(
            report.work(),
            settings.connections(),
            loop,
            settings.rounds(),
            Figures.of(settings.roundMs() / 1e3),
            settings.warmUpRounds(),
            settings.seed());
  }

  private static String targets(Report report) {
    TextTable table =
        new TextTable(
            1,
            "target",
            "operations/s",
            "MB/s",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "p99.9 ms",
            "errors",
            "client CPU",
            "server CPU",
            "CPU s/GB",
            "server memory");
    for (TargetReport target : report.targets()) {
      Latency latency = target.latency();
      table.add(
          target.name(),
          Figures.of(target.operationsPerS()),
          Figures.of(target.megabytesPerS()),
          Figures.of(latency.p50Ms()),
          Figures.of(latency.p90Ms()),
          Figures.of(latency.p99Ms()),
          Figures.of(latency.p999Ms()),
          Long.toString(target.errors()),
          Figures.of(target.clientCpuCores().median()),
          Figures.serverCpu(target),
          Figures.serverCpuPerGb(target),
          Figures.serverMemory(target));
    }
    return table.toString();
  }

  /** Kinds of operations, if there are several, steps within them, and events. */
  private static String details(Report report) {
    TextTable table =
        new TextTable(2, "part", "target", "count", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms");
    boolean any = false;
    for (TargetReport target : report.targets()) {
      Map<String, Latency> kinds = target.kinds().size() > 1 ? target.kinds() : Map.of();
      for (Map<String, Latency> parts : List.of(kinds, target.steps())) {
        parts.forEach((part, latency) -> add(table, part, target, latency));
        any |= !parts.isEmpty();
      }
      for (Map.Entry<String, Long> event : target.events().entrySet()) {
        table.add(event.getKey(), target.name(), event.getValue().toString(), "", "", "", "");
        any = true;
      }
    }
    return any ? "\n" + table : "";
  }

  private static void add(TextTable table, String part, TargetReport target, Latency latency) {
    table.add(
        part,
        target.name(),
        Long.toString(latency.count()),
        Figures.of(latency.p50Ms()),
        Figures.of(latency.p90Ms()),
        Figures.of(latency.p99Ms()),
        Figures.of(latency.p999Ms()));
  }

  private static String ratios(Report report) {
    if (report.ratios().isEmpty()) {
      return "";
    }
    TextTable table = new TextTable(2, "ratio", "target", "median", "lowest", "highest");
    for (Ratio ratio : report.ratios()) {
      table.add(
          Figures.words(ratio.measure()),
          ratio.target() + " to " + ratio.against(),
          Figures.of(ratio.spread().median()),
          Figures.of(ratio.spread().min()),
          Figures.of(ratio.spread().max()));
    }
    return "\n" + table;
  }

  private static void line(StringBuilder text, TargetReport target, String line) {
    text.append('\n').append(target.name()).append(": ").append(line).append('\n');
  }
}

package dev.meridian.loadtest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of results in Markdown, with a section for each comparison. A comparison replaces its own
 * section and leaves the rest as it is, such as what people wrote.
 */
public final class ResultsFile {

  private static final String HEADING = "## ";
  private static final String TITLE =
      """
      # Results

      Written by `loadtest compare --results`, section by section.
      """;

  private ResultsFile() {}

  /**
   * Writes a comparison's section.
   *
   * @param command the arguments of the load tester
   */
  public static void write(Path file, Comparison comparison, List<String> command)
      throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : TITLE;
    Files.writeString(file, replace(before, section(comparison, command)));
  }

  /** The text with the section in the place of the one with the same heading, or at the end. */
  static String replace(String text, String section) {
    List<String> parts = new ArrayList<>(List.of(text.split("(?m)^(?=" + HEADING + ")")));
    String heading = section.lines().findFirst().orElseThrow();
    int place = 0;
    while (place < parts.size() && !parts.get(place).startsWith(heading + "\n")) {
      place++;
    }
    if (place == parts.size()) {
      parts.add(section);
    } else {
      parts.set(place, section);
    }
    return parts.stream().map(part -> part.strip() + "\n").collect(Collectors.joining("\n"));
  }

  private static String section(Comparison comparison, List<String> command) {
    Report first = comparison.reports().getFirst();
    Machine machine = first.machine();
    StringBuilder text =
        new StringBuilder(HEADING)
            .append(
                "Beside %s on %s storage\n\n".formatted(comparison.with(), comparison.storage()))
            .append(
                "Began %s on %s, %d processors, %s of memory, %s, %s:\n\n    loadtest %s\n\n"
                    .formatted(
                        first.startedAt(),
                        machine.processor(),
                        machine.processors(),
                        Figures.mebibytes(machine.memoryBytes()),
                        machine.system(),
                        machine.jvm(),
                        String.join(" ", command)));
    text.append(verdicts(comparison.verdicts())).append('\n').append(figures(comparison));
    if (!comparison.limits().isEmpty()) {
      text.append('\n').append(limits(comparison.limits()));
    }
    return text.append(remarks(comparison)).toString();
  }

  private static String verdicts(List<Verdict> verdicts) {
    StringBuilder table =
        new StringBuilder(head("work", "measure", "median", "lowest", "highest", "goal", "met"));
    for (Verdict verdict : verdicts) {
      table.append(
          row(
              verdict.work(),
              Figures.words(verdict),
              Figures.of(verdict.spread().median()),
              Figures.of(verdict.spread().min()),
              Figures.of(verdict.spread().max()),
              Figures.words(verdict.goal()),
              verdict.met() ? "yes" : "**no**"));
    }
    return table.toString();
  }

  private static String figures(Comparison comparison) {
    StringBuilder table =
        new StringBuilder(
            head(
                "work",
                "target",
                "operations/s",
                "MB/s",
                "p50 ms",
                "p99 ms",
                "errors",
                "server CPU",
                "CPU s/GB",
                "server memory"));
    for (Report report : comparison.reports()) {
      for (TargetReport target : report.targets()) {
        table.append(
            row(
                report.work(),
                target.name(),
                Figures.of(target.operationsPerS()),
                Figures.of(target.megabytesPerS()),
                Figures.of(target.latency().p50Ms()),
                Figures.of(target.latency().p99Ms()),
                Long.toString(target.errors()),
                Figures.serverCpu(target),
                Figures.serverCpuPerGb(target),
                Figures.serverMemory(target)));
      }
    }
    return table.toString();
  }

  private static String limits(List<Limit> limits) {
    StringBuilder table = new StringBuilder(head("what bounds it", "MB/s"));
    limits.forEach(limit -> table.append(row(limit.what(), Figures.of(limit.megabytesPerS()))));
    return table.toString();
  }

  private static String remarks(Comparison comparison) {
    StringBuilder remarks = new StringBuilder();
    for (Report report : comparison.reports()) {
      for (TargetReport target : report.targets()) {
        target
            .notes()
            .forEach(note ->
                remarks.append("\n- %s, %s: %s".formatted(report.work(), target.name(), note)));
      }
    }
    return remarks.isEmpty() ? "" : remarks.append('\n').toString();
  }

  private static String head(String... columns) {
    return row(columns) + "|---".repeat(columns.length) + "|\n";
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}

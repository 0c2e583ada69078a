package dev.meridian.loadtest.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports as one page that needs nothing else: tables, charts as inline SVG, no script. */
final class HtmlPage {

  private HtmlPage() {}

  static String of(Report report) {
    return page(report, section(report));
  }

  static String of(Comparison comparison) {
    String rows =
        comparison.verdicts().stream()
            .map(verdict ->
                cells(
                    verdict.work(),
                    Figures.words(verdict),
                    Figures.of(verdict.spread().median()),
                    Figures.of(verdict.spread().min()),
                    Figures.of(verdict.spread().max()),
                    Figures.words(verdict.goal()),
                    verdict.met() ? "yes" : "no"))
            .collect(Collectors.joining("\n"));
    String summary =
        "<p>"
            + escape(comparison.headline())
            + "</p>\n"
            + table("work,measure,median,lowest,highest,goal,met", rows)
            + limits(comparison.limits());
    return page(
        comparison.reports().getFirst(), summary + lines(comparison.reports(), HtmlPage::section));
  }

  private static String limits(List<Limit> limits) {
    return limits.isEmpty()
        ? ""
        : table(
            "what bounds it,MB/s",
            lines(limits, limit -> cells(limit.what(), Figures.of(limit.megabytesPerS()))));
  }

  private static String page(Report first, String content) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Registry load test</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1c2330; background: #fff; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
    th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #d9dee7; white-space: nowrap; }
    th:first-child, td:first-child { text-align: left; }
    figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top; }
    figcaption { color: #556; } svg { max-width: 100%%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #445; }
    .dim { color: #667; }
    </style>
    </head>
    <body>
    <h1>Registry load test</h1>
    <p class="dim">%s</p>
    %s
    </body>
    </html>
    """
        .formatted(machine(first), content);
  }

  private static String machine(Report report) {
    Machine machine = report.machine();
    return escape(
        "%s, %d processors, %s, %s, %s; began %s"
            .formatted(
                machine.processor(),
                machine.processors(),
                Figures.mebibytes(machine.memoryBytes()),
                machine.system(),
                machine.jvm(),
                report.startedAt()));
  }

  private static String section(Report report) {
    return """
    <section>
    <h2>%s</h2>
    <p>%s</p>
    <div class="scroll">
    <table>
    <tr><th>target</th><th>operations/s</th><th>MB/s</th><th>p50 ms</th><th>p90 ms</th><th>p99 ms</th><th>p99.9 ms</th><th>errors</th><th>client CPU</th><th>server CPU</th><th>CPU s/GB</th><th>server memory</th></tr>
    %s
    </table>
    </div>
    %s%s%s
    <figure>%s<figcaption>Operations per second, round by round</figcaption></figure>
    <figure>%s<figcaption>Latency in milliseconds by percentile (both scales logarithmic)</figcaption></figure>
    </section>\
    """
        .formatted(
            escape(report.work()),
            escape(TableText.headline(report)),
            lines(report.targets(), HtmlPage::row),
            parts(report),
            ratios(report),
            remarks(report),
            BarChart.of(report.targets()),
            PercentileChart.of(report.targets()));
  }

  private static String row(TargetReport target) {
    Latency latency = target.latency();
    return cells(
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

  private static String parts(Report report) {
    String rows =
        report.targets().stream()
            .map(target ->
                latencies(target, target.kinds().size() > 1 ? target.kinds() : Map.of())
                    + latencies(target, target.steps())
                    + target.events().entrySet().stream()
                        .map(event ->
                            cells(
                                event.getKey(),
                                target.name(),
                                event.getValue().toString(),
                                "",
                                "",
                                "",
                                ""))
                        .collect(Collectors.joining()))
            .collect(Collectors.joining());
    return rows.isEmpty() ? "" : table("part,target,count,p50 ms,p90 ms,p99 ms,p99.9 ms", rows);
  }

  private static String latencies(TargetReport target, Map<String, Latency> latencies) {
    return latencies.entrySet().stream()
        .map(entry ->
            cells(
                entry.getKey(),
                target.name(),
                Long.toString(entry.getValue().count()),
                Figures.of(entry.getValue().p50Ms()),
                Figures.of(entry.getValue().p90Ms()),
                Figures.of(entry.getValue().p99Ms()),
                Figures.of(entry.getValue().p999Ms())))
        .collect(Collectors.joining());
  }

  private static String ratios(Report report) {
    String rows =
        report.ratios().stream()
            .map(ratio ->
                cells(
                    Figures.words(ratio.measure()),
                    ratio.target() + " to " + ratio.against(),
                    Figures.of(ratio.spread().median()),
                    Figures.of(ratio.spread().min()),
                    Figures.of(ratio.spread().max())))
            .collect(Collectors.joining("\n"));
    return rows.isEmpty() ? "" : table("ratio,target,median,lowest,highest", rows);
  }

  private static String remarks(Report report) {
    String items =
        report.targets().stream()
            .flatMap(target ->
                Stream.concat(
                    target.errorKinds().entrySet().stream()
                        .map(error ->
                            target.name()
                                + ": "
                                + error.getValue()
                                + " operations failed: "
                                + error.getKey()),
                    target.notes().stream().map(note -> target.name() + ": " + note)))
            .map(remark -> "<li>" + escape(remark) + "</li>")
            .collect(Collectors.joining("\n"));
    return items.isEmpty() ? "" : "<ul>" + items + "</ul>\n";
  }

  private static String table(String head, String rows) {
    String headCells =
        List.of(head.split(",")).stream()
            .map(name -> "<th>" + name + "</th>")
            .collect(Collectors.joining());
    return "<div class=\"scroll\"><table>\n<tr>"
        + headCells
        + "</tr>\n"
        + rows
        + "\n</table></div>\n";
  }

  private static String cells(String... cells) {
    return List.of(cells).stream()
        .map(cell -> "<td>" + escape(cell) + "</td>")
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }

  private static <T> String lines(List<T> items, Function<T, String> line) {
    return items.stream().map(line).collect(Collectors.joining("\n"));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.report.TextTable;
import java.util.Map;

/** A report for a terminal. */
final class ScaleText {

  private ScaleText() {}

  static String of(ScaleReport report) {
    return String.join(
        "\n", head(report), load(report.load()), pages(report), servers(report), restarts(report));
  }

  private static String head(ScaleReport report) {
    ScaleSettings settings = report.settings();
    return "%d regions%s, %,d tags in one of %,d repositories, %,d manifests%n%,d connections, %,d samples of each page, seed %d%n"
        .formatted(
            report.regions().size(),
            report.jvmFlags().isEmpty() ? "" : " with " + String.join(" ", report.jvmFlags()),
            settings.tags(),
            settings.repositories(),
            settings.manifests(),
            settings.connections(),
            settings.samples(),
            settings.seed());
  }

  private static String load(ScaleReport.Load load) {
    TextTable table = new TextTable(1, "written", "count", "seconds", "per second");
    for (ScaleReport.Step step : load.steps()) {
      table.add(
          step.what(), "%,d".formatted(step.count()), one(step.seconds()), whole(step.perS()));
    }
    table.add(
        "manifests in all",
        "%,d".formatted(load.steps().stream().mapToInt(ScaleReport.Step::count).sum()),
        one(load.seconds()),
        whole(load.manifestsPerS()));
    StringBuilder text = new StringBuilder(table.toString());
    for (Map.Entry<String, Long> repetition : load.repetitions().entrySet()) {
      text.append("repeated after %s: %,d%n".formatted(repetition.getKey(), repetition.getValue()));
    }
    return text.toString();
  }

  private static String pages(ScaleReport report) {
    TextTable table = new TextTable(3, "list", "page", "client at", "p50 ms", "p99 ms", "max ms");
    for (ScaleReport.Pages pages : report.pages()) {
      table.add(
          pages.list(),
          pages.page(),
          pages.place(),
          two(pages.p50Ms()),
          two(pages.p99Ms()),
          two(pages.maxMs()));
    }
    return table.toString();
  }

  private static String servers(ScaleReport report) {
    TextTable table =
        new TextTable(
            2,
            "region",
            "part",
            "memory MiB",
            "peak MiB",
            "Raft log MiB",
            "store MiB",
            "checkpoints MiB",
            "blobs MiB",
            "disk MiB",
            "snapshot ms");
    for (ScaleReport.Server server : report.servers()) {
      table.add(
          server.region(),
          server.place(),
          mebibytes(server.memory().residentBytes()),
          mebibytes(server.memory().peakResidentBytes()),
          mebibytes(server.disk().raftLogBytes()),
          mebibytes(server.disk().storeBytes()),
          mebibytes(server.disk().checkpointBytes()),
          mebibytes(server.disk().blobBytes()),
          mebibytes(server.disk().totalBytes()),
          whole(server.snapshotMs()));
    }
    return table.toString();
  }

  private static String restarts(ScaleReport report) {
    TextTable table =
        new TextTable(
            3,
            "restart of",
            "region",
            "after",
            "stopped ms",
            "entries applied again",
            "ready ms",
            "page of tags ms");
    for (ScaleReport.Restart restart : report.restarts()) {
      table.add(
          restart.place(),
          restart.region(),
          restart.signal(),
          whole(restart.stopMs()),
          "%,d".formatted(restart.replayedEntries()),
          whole(restart.readyMs()),
          whole(restart.pageMs()));
    }
    return table.toString();
  }

  private static String whole(double value) {
    return "%,.0f".formatted(value);
  }

  private static String one(double value) {
    return "%,.1f".formatted(value);
  }

  private static String two(double value) {
    return "%,.2f".formatted(value);
  }

  private static String mebibytes(long bytes) {
    return one(bytes / (double) (1 << 20));
  }
}

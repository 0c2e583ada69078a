package dev.meridian.loadtest.report;

import java.util.Locale;

/** Figures for people: three significant digits, thousands set apart. */
final class Figures {

  private Figures() {}

  static String of(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  static String of(Spread spread) {
    return of(spread.median()) + " (" + of(spread.min()) + "-" + of(spread.max()) + ")";
  }

  static String mebibytes(long bytes) {
    return of(bytes / (double) (1 << 20)) + " MiB";
  }

  static String serverCpu(TargetReport target) {
    return target.server().map(server -> of(server.cpuCores().median())).orElse("-");
  }

  /** Nothing where no content was moved. */
  static String serverCpuPerGb(TargetReport target) {
    return target
        .server()
        .filter(server -> server.cpuSPerGb().median() > 0)
        .map(server -> of(server.cpuSPerGb().median()))
        .orElse("-");
  }

  static String serverMemory(TargetReport target) {
    return target.server().map(server -> mebibytes(server.peakRssBytes())).orElse("-");
  }

  /** A name of the JSON form in words. */
  static String words(Ratio.Measure measure) {
    return switch (measure) {
      case OPERATIONS_PER_S -> "operations/s";
      case MEGABYTES_PER_S -> "MB/s";
      case P50_MS -> "p50";
      case P99_MS -> "p99";
      case SERVER_CPU_S_PER_OPERATION -> "server CPU";
      case SERVER_PEAK_RSS_BYTES -> "server memory";
    };
  }

  static String words(Verdict verdict) {
    return verdict.ratio().map(measure -> words(measure) + ", ratio").orElse("ms");
  }

  static String words(Goal goal) {
    return switch (goal.bound()) {
      case AT_LEAST -> "at least " + of(goal.value());
      case AT_MOST -> "at most " + of(goal.value());
    };
  }
}

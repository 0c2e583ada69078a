package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.report.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What each kind of operation takes.
 *
 * @param delayMs from one region to another
 * @param samples of each row
 */
public record LatencyReport(String startedAt, long delayMs, int samples, List<Row> rows) {

  private static final double NANOS_PER_MS = 1e6;

  /**
   * One kind of operation at one place.
   *
   * @param place leader or follower
   */
  public record Row(
      String operation, String place, double p50Ms, double p90Ms, double p99Ms, double maxMs) {

    static Row of(String operation, String place, Histogram nanos) {
      return new Row(
          operation,
          place,
          nanos.getValueAtPercentile(50) / NANOS_PER_MS,
          nanos.getValueAtPercentile(90) / NANOS_PER_MS,
          nanos.getValueAtPercentile(99) / NANOS_PER_MS,
          nanos.getMaxValue() / NANOS_PER_MS);
    }
  }

  static LatencyReport of(Duration delay, int samples, Instant started, List<Row> rows) {
    return new LatencyReport(
        started.truncatedTo(ChronoUnit.SECONDS).toString(), delay.toMillis(), samples, rows);
  }

  /** For a terminal. */
  public String text() {
    TextTable table =
        new TextTable(2, "operation", "client at", "p50 ms", "p90 ms", "p99 ms", "max ms");
    for (Row row : rows) {
      table.add(
          row.operation(),
          row.place(),
          "%,.1f".formatted(row.p50Ms()),
          "%,.1f".formatted(row.p90Ms()),
          "%,.1f".formatted(row.p99Ms()),
          "%,.1f".formatted(row.maxMs()));
    }
    return "%d ms from one region to another, %,d samples each%n%n".formatted(delayMs, samples)
        + table;
  }
}

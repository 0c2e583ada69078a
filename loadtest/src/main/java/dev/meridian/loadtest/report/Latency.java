package dev.meridian.loadtest.report;

import java.util.List;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** Latencies of one kind of operation or step over all measured rounds, in milliseconds. */
public record Latency(
    long count,
    double meanMs,
    double p50Ms,
    double p90Ms,
    double p99Ms,
    double p999Ms,
    double maxMs,
    List<Point> curve) {

  private static final double NANOS_PER_MS = 1e6;

  /** A percentile and its latency. */
  public record Point(double percentile, double ms) {}

  static Latency of(Histogram histogram) {
    List<Point> curve =
        DoubleStream.of(0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99)
            .mapToObj(percentile -> new Point(percentile, ms(histogram, percentile)))
            .toList();
    return new Latency(
        histogram.getTotalCount(),
        histogram.getTotalCount() == 0 ? 0 : histogram.getMean() / NANOS_PER_MS,
        ms(histogram, 50),
        ms(histogram, 90),
        ms(histogram, 99),
        ms(histogram, 99.9),
        histogram.getMaxValue() / NANOS_PER_MS,
        curve);
  }

  static double ms(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_PER_MS;
  }
}

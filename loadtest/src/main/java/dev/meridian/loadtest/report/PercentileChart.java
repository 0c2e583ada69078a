package dev.meridian.loadtest.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Latency over percentiles; each nine takes as much room as the one before. */
final class PercentileChart {

  private static final double NINES = 4;

  private PercentileChart() {}

  static String of(List<TargetReport> targets) {
    Canvas canvas = new Canvas("latency", targets.stream().map(TargetReport::name).toList());
    double low = decade(points(targets).mapToDouble(Latency.Point::ms).min().orElse(1), false);
    double high = decade(points(targets).mapToDouble(Latency.Point::ms).max().orElse(1), true);
    double top = Math.max(high, low + 1);
    for (double level = low; level <= top; level++) {
      canvas.level(y(level, low, top), Figures.of(Math.pow(10, level)));
    }
    for (double percentile : new double[] {50, 90, 99, 99.9, 99.99}) {
      canvas.below(x(percentile), "p" + Double.toString(percentile).replaceAll("\\.0$", ""));
    }
    for (int i = 0; i < targets.size(); i++) {
      String line =
          targets.get(i).latency().curve().stream()
              .map(point ->
                  Canvas.at(x(point.percentile()))
                      + ","
                      + Canvas.at(y(logarithm(point.ms()), low, top)))
              .collect(Collectors.joining(" "));
      canvas.polyline(line, i);
    }
    return canvas.toString();
  }

  private static Stream<Latency.Point> points(List<TargetReport> targets) {
    return targets.stream().flatMap(target -> target.latency().curve().stream());
  }

  private static double decade(double ms, boolean up) {
    return up ? Math.ceil(logarithm(ms)) : Math.floor(logarithm(ms));
  }

  /** Nothing is faster than a microsecond here. */
  private static double logarithm(double ms) {
    return Math.log10(Math.max(ms, 1e-3));
  }

  private static double x(double percentile) {
    double nines = -Math.log10(1 - percentile / 100);
    return Canvas.LEFT + (Canvas.RIGHT - 20 - Canvas.LEFT) * nines / NINES;
  }

  private static double y(double level, double low, double high) {
    return Canvas.BOTTOM - (Canvas.BOTTOM - Canvas.TOP) * (level - low) / (high - low);
  }
}

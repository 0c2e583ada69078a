package dev.meridian.loadtest.report;

import java.util.List;

/** Throughput round by round, the targets side by side. */
final class BarChart {

  private static final int LEVELS = 4;
  private static final double GAP = 0.25;

  private BarChart() {}

  static String of(List<TargetReport> targets) {
    Canvas canvas =
        new Canvas("operations per second", targets.stream().map(TargetReport::name).toList());
    double highest =
        targets.stream().mapToDouble(target -> target.operationsPerS().max()).max().orElse(1);
    double top = Math.max(highest, 1e-9);
    for (int i = 0; i <= LEVELS; i++) {
      canvas.level(y(top * i / LEVELS, top), Figures.of(top * i / LEVELS));
    }
    int rounds = targets.getFirst().rounds().size();
    double step = (double) (Canvas.RIGHT - Canvas.LEFT) / rounds;
    double width = step * (1 - GAP) / targets.size();
    for (int round = 0; round < rounds; round++) {
      double left = Canvas.LEFT + step * (round + GAP / 2);
      canvas.below(left + step * (1 - GAP) / 2, Integer.toString(round + 1));
      for (int i = 0; i < targets.size(); i++) {
        double value = targets.get(i).rounds().get(round).operationsPerS();
        double y = y(value, top);
        String title = targets.get(i).name() + ": " + Figures.of(value);
        canvas.rectangle(left + i * width, y, width, Canvas.BOTTOM - y, i, title);
      }
    }
    return canvas.toString();
  }

  private static double y(double value, double top) {
    return Canvas.BOTTOM - (Canvas.BOTTOM - Canvas.TOP) * value / top;
  }
}

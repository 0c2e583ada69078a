package dev.meridian.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A measure of one target divided by the same of the first target, round by round: above 1 is more,
 * which is better for rates and worse for latencies and costs.
 */
public record Ratio(String target, String against, Measure measure, Spread spread) {

  /** What is compared. */
  public enum Measure {
    OPERATIONS_PER_S(RoundReport::operationsPerS),
    MEGABYTES_PER_S(RoundReport::megabytesPerS),
    P50_MS(RoundReport::p50Ms),
    P99_MS(RoundReport::p99Ms),
    SERVER_CPU_S_PER_OPERATION(round -> round.serverCpuS().orElse(Double.NaN) / round.operations()),
    SERVER_PEAK_RSS_BYTES(round -> round.serverPeakRssBytes().orElse(Long.MIN_VALUE) / 1.0);

    private final ToDoubleFunction<RoundReport> figure;

    Measure(ToDoubleFunction<RoundReport> figure) {
      this.figure = figure;
    }

    double of(RoundReport round) {
      double value = figure.applyAsDouble(round);
      return value > 0 ? value : Double.NaN;
    }
  }

  /** All ratios of the targets after the first to the first, where both have figures. */
  static List<Ratio> of(List<TargetReport> targets) {
    List<Ratio> ratios = new ArrayList<>();
    TargetReport first = targets.getFirst();
    for (TargetReport target : targets.subList(1, targets.size())) {
      for (Measure measure : Measure.values()) {
        List<Double> figures = new ArrayList<>();
        for (int i = 0; i < target.rounds().size(); i++) {
          double figure = measure.of(target.rounds().get(i)) / measure.of(first.rounds().get(i));
          if (Double.isFinite(figure)) {
            figures.add(figure);
          }
        }
        if (!figures.isEmpty()) {
          ratios.add(new Ratio(target.name(), first.name(), measure, Spread.of(figures)));
        }
      }
    }
    return ratios;
  }
}

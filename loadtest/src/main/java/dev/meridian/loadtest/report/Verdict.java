package dev.meridian.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * One line of a comparison: a figure beside its goal, judged by the median.
 *
 * @param ratio which measure's ratio the figure is; empty for a time in milliseconds
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Verdict(
    String work, Optional<Ratio.Measure> ratio, Spread spread, Goal goal, boolean met) {

  /** The verdict on a ratio of a report with two targets; empty when it was not measured. */
  public static Optional<Verdict> onRatio(
      String work, Report report, Ratio.Measure measure, Goal goal) {
    return report.ratios().stream()
        .filter(ratio -> ratio.measure() == measure)
        .findFirst()
        .map(ratio -> of(work, Optional.of(measure), ratio.spread(), goal));
  }

  /** The verdict on times in milliseconds. */
  public static Verdict onTimes(String work, List<Double> times, Goal goal) {
    return of(work, Optional.empty(), Spread.of(times), goal);
  }

  private static Verdict of(
      String work, Optional<Ratio.Measure> measure, Spread spread, Goal goal) {
    return new Verdict(work, measure, spread, goal, goal.isMetBy(spread.median()));
  }
}

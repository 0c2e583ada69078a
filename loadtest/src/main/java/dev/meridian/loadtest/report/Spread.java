package dev.meridian.loadtest.report;

import java.util.List;

/** The median of some rounds' figures, and how far they lie apart. */
public record Spread(double median, double min, double max) {

  /** Of one or more figures; those that are not numbers are left out. */
  public static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().filter(Double::isFinite).sorted().toList();
    if (sorted.isEmpty()) {
      return new Spread(0, 0, 0);
    }
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }
}

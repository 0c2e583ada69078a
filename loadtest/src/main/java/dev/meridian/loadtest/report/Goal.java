package dev.meridian.loadtest.report;

/** What a figure is to reach. */
public record Goal(Bound bound, double value) {

  /** On which side the figure is to lie. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  /** A figure that is better when it is higher. */
  public static Goal atLeast(double value) {
    return new Goal(Bound.AT_LEAST, value);
  }

  /** A figure that is better when it is lower. */
  public static Goal atMost(double value) {
    return new Goal(Bound.AT_MOST, value);
  }

  boolean isMetBy(double figure) {
    return switch (bound) {
      case AT_LEAST -> figure >= value;
      case AT_MOST -> figure <= value;
    };
  }
}

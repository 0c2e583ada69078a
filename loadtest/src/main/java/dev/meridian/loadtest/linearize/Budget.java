package dev.meridian.loadtest.linearize;

import java.time.Duration;

/**
 * What a search may cost.
 *
 * @param configurations that it keeps in memory at once
 * @param time of one search
 */
public record Budget(int configurations, Duration time) {

  /** Far more than a history needs that has an order; some hundred megabytes at worst. */
  public static final Budget DEFAULT = new Budget(500_000, Duration.ofMinutes(2));
}

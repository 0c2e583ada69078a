package dev.meridian.node.limits;

import io.github.bucket4j.Bandwidth;
import java.time.Duration;

/**
 * So many in a window of time. What was used comes back evenly: of 100 in 6 h one every 216 s.
 *
 * @param count 1 to 1,000,000,000
 * @param window whole seconds, at least one and at most a year
 */
public record RateLimit(long count, Duration window) {

  private static final long MOST = 1_000_000_000;
  private static final Duration LONGEST = Duration.ofDays(366);

  public RateLimit {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("a limit of " + count + ": expected 1 to " + MOST);
    }
    if (!window.equals(Duration.ofSeconds(window.toSeconds()))
        || !window.isPositive()
        || window.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a limit for " + window + ": expected whole seconds, at most " + LONGEST.toDays() + "d");
    }
  }

  /** Whether it lets more pass in the long run. */
  boolean isAbove(RateLimit other) {
    return (double) count / window.toSeconds() > (double) other.count / other.window.toSeconds();
  }

  /** An amount as Docker Hub's headers say it, as in {@code 100;w=21600}. */
  String header(long amount) {
    return amount + ";w=" + window.toSeconds();
  }

  Bandwidth bandwidth() {
    return Bandwidth.builder().capacity(count).refillGreedy(count, window).build();
  }

  /** The window in its largest unit that makes a whole number, as in {@code 6h}. */
  String windowText() {
    long seconds = window.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  @Override
  public String toString() {
    return count + "/" + windowText();
  }
}

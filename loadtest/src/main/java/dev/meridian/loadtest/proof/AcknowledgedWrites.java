package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.history.Outcome;
import java.time.Duration;
import java.util.List;

/** When writes were acknowledged, in the order of time, on one clock. */
record AcknowledgedWrites(long[] times) {

  /**
   * The acknowledged writes of a history.
   *
   * @param origin of the operations' times
   */
  static AcknowledgedWrites of(List<Operation> operations, long origin) {
    return new AcknowledgedWrites(
        operations.stream()
            .filter(operation -> operation.outcome() instanceof Outcome.Done)
            .mapToLong(operation -> origin + operation.end())
            .sorted()
            .toArray());
  }

  /** The longest time between two of them of which some part is between these times. */
  Duration longestGap(long from, long to) {
    long longest = 0;
    for (int i = 1; i < times.length; i++) {
      if (times[i] >= from && times[i - 1] <= to) {
        longest = Math.max(longest, times[i] - times[i - 1]);
      }
    }
    return Duration.ofNanos(longest);
  }
}

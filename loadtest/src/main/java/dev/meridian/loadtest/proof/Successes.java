package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.history.Outcome;
import java.util.List;

/** When operations succeeded, in the order of time, on one clock. */
record Successes(long[] times) {

  /** A time without a success. */
  record Gap(long start, long end) {
    long nanos() {
      return end - start;
    }
  }

  /**
   * The acknowledged writes of a history.
   *
   * @param origin of the operations' times
   */
  static Successes ofWrites(List<Operation> operations, long origin) {
    return new Successes(
        operations.stream()
            .filter(operation -> operation.outcome() instanceof Outcome.Done)
            .mapToLong(operation -> origin + operation.end())
            .sorted()
            .toArray());
  }

  /** The longest time between two successes of which some part is between these times. */
  Gap longestGap(long from, long to) {
    Gap longest = new Gap(from, from);
    for (int i = 1; i < times.length; i++) {
      Gap gap = new Gap(times[i - 1], times[i]);
      if (gap.end() >= from && gap.start() <= to && gap.nanos() > longest.nanos()) {
        longest = gap;
      }
    }
    return longest;
  }
}

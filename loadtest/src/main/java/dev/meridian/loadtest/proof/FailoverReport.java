package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.report.Spread;
import dev.meridian.loadtest.report.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How long clients waited after each kill of a leader.
 *
 * @param delayMs from one region to another
 */
public record FailoverReport(
    String startedAt,
    List<String> regions,
    long delayMs,
    List<Kill> kills,
    Spread writesAfterMs,
    Spread readsLongestMs) {

  /**
   * One kill; of the regions that were left, the one that waited longest.
   *
   * @param writesAfterMs from the kill until writes were acknowledged again
   * @param readsLongestMs the longest time without an answer to a read by digest
   */
  public record Kill(String leader, double writesAfterMs, double readsLongestMs) {}

  static FailoverReport of(ClusterPlan plan, Duration delay, Instant started, List<Kill> kills) {
    return new FailoverReport(
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        plan.regions(),
        delay.toMillis(),
        kills,
        Spread.of(kills.stream().map(Kill::writesAfterMs).toList()),
        Spread.of(kills.stream().map(Kill::readsLongestMs).toList()));
  }

  /** For a terminal. */
  public String text() {
    TextTable table =
        new TextTable(
            2, "kill", "leader", "writes again after ms", "longest without a read by digest ms");
    for (int i = 0; i < kills.size(); i++) {
      Kill kill = kills.get(i);
      table.add(
          Integer.toString(i + 1),
          kill.leader(),
          whole(kill.writesAfterMs()),
          whole(kill.readsLongestMs()));
    }
    table.add("median", "", whole(writesAfterMs.median()), whole(readsLongestMs.median()));
    table.add("worst", "", whole(writesAfterMs.max()), whole(readsLongestMs.max()));
    return "%d regions, %d ms from one to another%n%n".formatted(regions.size(), delayMs) + table;
  }

  private static String whole(double millis) {
    return "%,.0f".formatted(millis);
  }
}

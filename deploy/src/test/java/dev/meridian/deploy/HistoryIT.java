package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.faults.FaultKind;
import dev.meridian.loadtest.faults.Pace;
import dev.meridian.loadtest.history.Finding;
import dev.meridian.loadtest.history.FindingText;
import dev.meridian.loadtest.history.HistoryChecker;
import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.linearize.Budget;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.proof.HistoryRun;
import dev.meridian.loadtest.proof.HistorySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short form of {@code loadtest history}. */
class HistoryIT {

  private static final List<String> REGIONS = ClusterPlan.names(3);
  private static final String STALE = REGIONS.get(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @Test
  void noReadIsStaleWhileRegionsFail() throws IOException {
    HistoryRun.Result result =
        run(
            Map.of(),
            EnumSet.of(FaultKind.KILL_LEADER, FaultKind.CUT_ONE_WAY, FaultKind.DELAY),
            REGIONS,
            Duration.ofSeconds(3));
    assertThat(result.findings()).extracting(FindingText::of).isEmpty();
    assertThat(result.faults()).isNotEmpty();
    assertThat(result.operations())
        .extracting(Operation::outcome)
        .hasAtLeastOneElementOfType(Outcome.Done.class)
        .hasAtLeastOneElementOfType(Outcome.Found.class);
  }

  /** One region may answer from what it has, however old that is, and is cut from the others. */
  @Test
  void aRegionThatAnswersFromStaleStateIsFoundOut() throws Exception {
    // In a short run on a busy machine nobody may read there what was written during the cut.
    HistoryRun.Result result =
        Eventually.get(
            PATIENCE,
            () -> {
              HistoryRun.Result seen =
                  run(
                      Map.of(STALE, Duration.ofHours(1)),
                      EnumSet.of(FaultKind.CUT),
                      List.of(STALE),
                      Duration.ofSeconds(10));
              assertThat(seen.findings()).anySatisfy(HistoryIT::assertStale);
              return seen;
            });
    List<Operation> withoutItsReads =
        result.operations().stream()
            .filter(operation -> operation.action().isWrite() || !operation.region().equals(STALE))
            .toList();
    assertThat(new HistoryChecker(Budget.DEFAULT).check(withoutItsReads))
        .as("what is wrong but for the reads of " + STALE)
        .extracting(FindingText::of)
        .isEmpty();
  }

  private static void assertStale(Finding finding) {
    assertThat(finding)
        .isInstanceOfSatisfying(
            Finding.Violation.class,
            violation -> assertThat(violation.impossible().region()).isEqualTo(STALE));
  }

  private HistoryRun.Result run(
      Map<String, Duration> staleness,
      Set<FaultKind> faults,
      List<String> victims,
      Duration longestFault)
      throws IOException {
    ClusterPlan plan =
        new ClusterPlan(
            ChildProcess.meridianCommand(),
            Files.createTempDirectory(directory, "run"),
            REGIONS,
            Duration.ofMillis(100),
            staleness,
            List.of());
    Pace pace = new Pace(Duration.ofSeconds(1), longestFault);
    HistorySettings settings =
        new HistorySettings(Duration.ofSeconds(13), faults, victims, pace, 6, 3, 1);
    return new HistoryRun(plan, settings, Progress.NONE).run();
  }
}

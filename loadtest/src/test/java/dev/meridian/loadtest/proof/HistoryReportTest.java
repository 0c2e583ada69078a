package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.faults.Fault;
import dev.meridian.loadtest.faults.FaultKind;
import dev.meridian.loadtest.faults.Pace;
import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.history.Finding;
import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.loadtest.report.ReportFormat;
import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HistoryReportTest {

  private static final long SECOND = 1_000_000_000;
  private static final TagName TAG = TagName.parse("t");
  private static final Digest A = Manifest.note("a").digest();

  @Test
  void tellsOperationsFaultsAndFindings() {
    Operation stale = read(6, new Outcome.NotFound());
    HistoryReport report =
        report(
            List.of(set(0), set(4), read(5, new Outcome.Found(A)), stale),
            new Finding.Violation("t", List.of(), List.of(stale), 0, stale, List.of("absent")));
    assertThat(report.hasFindings()).isTrue();
    assertThat(report.text())
        .contains(
            "3 regions, 9 clients, 5 tags, 60 s, seed 7: 4 operations",
            "operation  done  found  not found",
            "get tag       0      1          1",
            "set tag       2      0          0",
            "fault  of       network  at s  lasted ms  recovered ms  longest without a write ms",
            "cut    eu-west  slow        1      2,000           500                       4,000",
            "t: no order of these operations explains what was seen")
        .endsWith("violations: 1\n");
  }

  @Test
  void countsWhatIsUndecidedApart() {
    HistoryReport report = report(List.of(set(0)), new Finding.Undecided("t", "too much"));
    assertThat(report.hasFindings()).isTrue();
    assertThat(report.text()).endsWith("violations: 0, undecided: 1\n");
  }

  @Test
  void hasStableKeys() {
    JsonNode json = new JsonMapper().readTree(ReportFormat.json(report(List.of(set(0)))));
    assertThat(json.propertyNames())
        .containsExactly(
            "started_at",
            "seed",
            "seconds",
            "regions",
            "clients",
            "tags",
            "operation_count",
            "operations",
            "faults",
            "checked_ms",
            "violations",
            "undecided",
            "findings");
    assertThat(json.at("/operations/set tag/done").asInt()).isEqualTo(1);
    assertThat(json.at("/faults/0").propertyNames())
        .containsExactly(
            "fault",
            "what",
            "delayed",
            "at_ms",
            "lasted_ms",
            "recovered_ms",
            "longest_without_write_ms");
  }

  private static HistoryReport report(List<Operation> operations, Finding... findings) {
    ClusterPlan plan =
        new ClusterPlan(
            List.of("meridian"),
            Path.of("data"),
            ClusterPlan.names(3),
            Duration.ofMillis(100),
            Map.of(),
            List.of());
    HistorySettings settings =
        new HistorySettings(
            Duration.ofMinutes(1), Set.of(FaultKind.CUT), plan.regions(), Pace.DEFAULT, 9, 5, 7);
    Fault cut =
        new Fault(FaultKind.CUT, "eu-west", true, SECOND, 3 * SECOND, 3 * SECOND + SECOND / 2);
    return HistoryReport.of(
        plan,
        settings,
        new HistoryRun.Result(
            Instant.EPOCH, 0, operations, List.of(cut), List.of(findings), Duration.ZERO));
  }

  private static Operation set(int second) {
    return operation(second, new Action.Put(TAG, A, new Condition.None()), new Outcome.Done());
  }

  private static Operation read(int second, Outcome outcome) {
    return operation(second, new Action.ReadTag(TAG, false), outcome);
  }

  private static Operation operation(int second, Action action, Outcome outcome) {
    return new Operation(0, "us-east", action, outcome, second * SECOND, second * SECOND);
  }
}

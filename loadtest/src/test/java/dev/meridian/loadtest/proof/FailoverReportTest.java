package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.report.ReportFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FailoverReportTest {

  private final FailoverReport report =
      FailoverReport.of(
          new ClusterPlan(
              List.of("meridian"),
              Path.of("data"),
              ClusterPlan.names(3),
              Duration.ofMillis(100),
              Map.of(),
              List.of()),
          Duration.ofMillis(50),
          Instant.EPOCH,
          List.of(
              new FailoverReport.Kill("us-east", 1500.4, 12),
              new FailoverReport.Kill("eu-west", 2900, 30),
              new FailoverReport.Kill("us-east", 1000, 20)));

  @Test
  void tellsMedianAndWorst() {
    assertThat(report.text())
        .isEqualTo(
            """
            3 regions, 50 ms from one to another

            kill    leader   writes again after ms  longest without a read by digest ms
            1       us-east                  1,500                                   12
            2       eu-west                  2,900                                   30
            3       us-east                  1,000                                   20
            median                           1,500                                   20
            worst                            2,900                                   30
            """);
  }

  @Test
  void hasStableKeys() {
    JsonNode json = new JsonMapper().readTree(ReportFormat.json(report));
    assertThat(json.propertyNames())
        .containsExactly(
            "started_at", "regions", "delay_ms", "kills", "writes_after_ms", "reads_longest_ms");
    assertThat(json.at("/kills/0").propertyNames())
        .containsExactly("leader", "writes_after_ms", "reads_longest_ms");
    assertThat(json.at("/writes_after_ms/max").asDouble()).isEqualTo(2900);
  }
}

package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.report.ReportFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LatencyReportTest {

  private static LatencyReport report() {
    Histogram nanos = new Histogram(3);
    for (int i = 1; i <= 100; i++) {
      nanos.recordValue(i * 1_000_000L);
    }
    return LatencyReport.of(
        Duration.ofMillis(40),
        100,
        Instant.EPOCH,
        List.of(LatencyReport.Row.of("write", "leader", nanos)));
  }

  @Test
  void tellsPercentiles() {
    assertThat(report().text())
        .isEqualTo(
            """
            40 ms from one region to another, 100 samples each

            operation  client at  p50 ms  p90 ms  p99 ms  max ms
            write      leader       50.0    90.0    99.0   100.0
            """);
  }

  @Test
  void hasStableKeys() {
    JsonNode json = new JsonMapper().readTree(ReportFormat.json(report()));
    assertThat(json.propertyNames()).containsExactly("started_at", "delay_ms", "samples", "rows");
    assertThat(json.at("/rows/0").propertyNames())
        .containsExactly("operation", "place", "p50_ms", "p90_ms", "p99_ms", "max_ms");
  }
}

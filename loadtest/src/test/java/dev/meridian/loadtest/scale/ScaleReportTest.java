package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.ProcessMemory;
import dev.meridian.loadtest.report.ReportFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScaleReportTest {

  private static final long MIB = 1 << 20;

  private static ScaleReport report() {
    ScaleSettings settings = new ScaleSettings(20_000, 1_001, 10_000, 64, 100, 7);
    Histogram nanos = new Histogram(3);
    for (int i = 1; i <= 100; i++) {
      nanos.recordValue(i * 100_000L);
    }
    return ScaleReport.of(
        new ClusterPlan(
            List.of("meridian"),
            Path.of("data"),
            ClusterPlan.names(3),
            Duration.ofMillis(100),
            Map.of(),
            List.of("-Xmx1g")),
        settings,
        Instant.EPOCH,
        ScaleReport.Load.of(
            List.of(
                ScaleReport.Step.of("repositories", 1_000, Duration.ofSeconds(4)),
                ScaleReport.Step.of("tagged manifests", 2_000, Duration.ofSeconds(2)),
                ScaleReport.Step.of("manifests", 7_000, Duration.ofSeconds(4))),
            settings,
            Map.of("503 UNAVAILABLE", 12L)),
        List.of(ScaleReport.Pages.of("tags", "middle", "leader", nanos)),
        List.of(
            new ScaleReport.Server(
                "us-east",
                "leader",
                new ProcessMemory(500 * MIB, 600 * MIB),
                new DiskUse(64 * MIB, 32 * MIB, 8 * MIB, MIB, 105 * MIB),
                250)),
        List.of(new ScaleReport.Restart("leader", "us-east", "SIGTERM", 800, 12_345, 2000, 2100)));
  }

  @Test
  void tellsAll() {
    assertThat(report().text())
        .isEqualTo(
            """
            3 regions with -Xmx1g, 20,000 tags in one of 1,001 repositories, 10,000 manifests
            64 connections, 100 samples of each page, seed 7

            written            count  seconds  per second
            repositories       1,000      4.0         250
            tagged manifests   2,000      2.0       1,000
            manifests          7,000      4.0       1,750
            manifests in all  10,000     10.0       1,000
            repeated after 503 UNAVAILABLE: 12

            list  page    client at  p50 ms  p99 ms  max ms
            tags  middle  leader       5.00    9.90   10.00

            region   part    memory MiB  peak MiB  Raft log MiB  store MiB  checkpoints MiB  blobs MiB  disk MiB  snapshot ms
            us-east  leader       500.0     600.0          64.0       32.0              8.0        1.0     105.0          250

            restart of  region   after    stopped ms  entries applied again  ready ms  page of tags ms
            leader      us-east  SIGTERM         800                 12,345     2,000            2,100
            """);
  }

  @Test
  void hasStableKeys() {
    JsonNode json = new JsonMapper().readTree(ReportFormat.json(report()));
    assertThat(json.propertyNames())
        .containsExactly(
            "started_at",
            "regions",
            "jvm_flags",
            "settings",
            "load",
            "pages",
            "servers",
            "restarts");
    assertThat(json.at("/settings").propertyNames())
        .containsExactly("tags", "repositories", "manifests", "connections", "samples", "seed");
    assertThat(json.at("/load").propertyNames())
        .containsExactly("steps", "seconds", "manifests_per_s", "repetitions");
    assertThat(json.at("/load/steps/0").propertyNames())
        .containsExactly("what", "count", "seconds", "per_s");
    assertThat(json.at("/pages/0").propertyNames())
        .containsExactly("list", "page", "place", "p50_ms", "p99_ms", "max_ms");
    assertThat(json.at("/servers/0").propertyNames())
        .containsExactly("region", "place", "memory", "disk", "snapshot_ms");
    assertThat(json.at("/servers/0/memory").propertyNames())
        .containsExactly("resident_bytes", "peak_resident_bytes");
    assertThat(json.at("/servers/0/disk").propertyNames())
        .containsExactly(
            "raft_log_bytes", "store_bytes", "checkpoint_bytes", "blob_bytes", "total_bytes");
    assertThat(json.at("/restarts/0").propertyNames())
        .containsExactly(
            "place", "region", "signal", "stop_ms", "replayed_entries", "ready_ms", "page_ms");
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.scale.ScaleReport;
import dev.meridian.loadtest.scale.ScaleRun;
import dev.meridian.loadtest.scale.ScaleSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short form of {@code loadtest scale}. */
class ScaleIT {

  @TempDir private Path directory;

  /** The run itself checks each page that it reads. */
  @Test
  void fillsAndMeasuresACluster() throws IOException {
    ClusterPlan plan =
        new ClusterPlan(
            ChildProcess.meridianCommand(),
            directory,
            ClusterPlan.names(3),
            Duration.ofMillis(100),
            Map.of(),
            List.of());
    ScaleSettings settings = new ScaleSettings(300, 120, 500, 16, 10, 1);

    ScaleReport report = new ScaleRun(plan, settings, Progress.NONE).run();

    assertThat(report.load().steps())
        .extracting(ScaleReport.Step::count)
        .containsExactly(119, 30, 351);
    assertThat(report.pages())
        .hasSize(12)
        .allSatisfy(pages -> assertThat(pages.p50Ms()).isPositive());
    assertThat(report.servers())
        .extracting(ScaleReport.Server::place)
        .containsExactly("leader", "follower", "follower");
    assertThat(report.servers())
        .allSatisfy(server -> {
          assertThat(server.disk().raftLogBytes()).isPositive();
          assertThat(server.disk().storeBytes()).isPositive();
          assertThat(server.snapshotMs()).isPositive();
        });
    assertThat(report.restarts())
        .extracting(restart -> restart.place() + " " + restart.signal())
        .containsExactly(
            "follower SIGTERM", "follower SIGKILL", "leader SIGTERM", "leader SIGKILL");
    assertThat(report.restarts().getFirst().replayedEntries()).isPositive();
  }
}

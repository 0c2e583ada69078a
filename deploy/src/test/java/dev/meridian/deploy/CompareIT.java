package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.compare.BesideEtcd;
import dev.meridian.loadtest.compare.SideBySide;
import dev.meridian.loadtest.compare.Storage;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A moment of {@code loadtest compare}, so that it cannot rot; nobody looks at how fast it was. */
class CompareIT {

  private static final LoadSettings MOMENT =
      new LoadSettings(1, OptionalDouble.empty(), 0, 1, Duration.ofMillis(500));

  @TempDir private Path directory;

  @Test
  @RequiresPrograms("etcd")
  void measuresSmallCommandsBesideEtcd() throws IOException {
    Comparison comparison =
        new BesideEtcd("etcd", ChildProcess.meridianCommand(), directory, 7, MOMENT, Progress.NONE)
            .run(BesideEtcd.rows(""));

    assertMeasured(comparison, "etcd", "meridian");
    assertThat(comparison.verdicts()).extracting(Verdict::work).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  @RequiresPrograms("docker-registry")
  void measuresPushesBesideDockerRegistry() throws IOException {
    Storage files = new Storage.Files();
    Comparison comparison =
        new SideBySide(
                "docker-registry",
                ChildProcess.meridianCommand(),
                "nginx",
                files,
                directory,
                7,
                MOMENT,
                Progress.NONE)
            .run(SideBySide.rows(files, "push of 1MB"));

    assertMeasured(comparison, "docker-registry", "meridian");
    assertThat(comparison.verdicts())
        .extracting(Verdict::work)
        .containsExactly("push of 1MB", "push of 1MB", "start to first answer");
  }

  private void assertMeasured(Comparison comparison, String... targets) throws IOException {
    assertThat(comparison.reports()).isNotEmpty();
    for (Report report : comparison.reports()) {
      assertThat(report.targets()).extracting(TargetReport::name).containsExactly(targets);
      for (TargetReport target : report.targets()) {
        assertThat(target.errorKinds()).isEmpty();
        assertThat(target.latency().count()).isPositive();
        assertThat(target.server().orElseThrow().peakRssBytes()).isPositive();
      }
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.toList()).as("what is left of the servers' data").isEqualTo(List.of());
    }
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.compare.BesideEtcd;
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

  @TempDir private Path directory;

  @Test
  @RequiresPrograms("etcd")
  void measuresSmallCommandsBesideEtcd() throws IOException {
    LoadSettings load = new LoadSettings(1, OptionalDouble.empty(), 0, 1, Duration.ofMillis(200));

    Comparison comparison =
        new BesideEtcd("etcd", ChildProcess.meridianCommand(), directory, 7, load, Progress.NONE)
            .run(BesideEtcd.rows(""));

    assertThat(comparison.verdicts()).extracting(Verdict::work).hasSize(6).doesNotHaveDuplicates();
    for (Report report : comparison.reports()) {
      assertThat(report.targets())
          .extracting(TargetReport::name)
          .containsExactly("etcd", "meridian");
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

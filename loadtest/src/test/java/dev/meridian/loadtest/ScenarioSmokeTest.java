package dev.meridian.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.scenario.Scenario;
import dev.meridian.loadtest.scenario.ScenarioRun;
import dev.meridian.loadtest.scenario.Scenarios;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.ScenarioSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario for a moment, so that none can rot; how fast it went is not looked at. */
class ScenarioSmokeTest {

  private static final ScenarioSettings SMALL =
      new ScenarioSettings(5, Optional.of(LayerSizes.parse("20kB")), OptionalInt.of(120), false);

  static Stream<Scenario> scenarios() {
    return Scenarios.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void runsWithoutErrorsAndLeavesNothing(Scenario scenario) throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.NONE)) {
      Report report = run(registry, scenario, SMALL, OptionalDouble.empty());

      for (TargetReport target : report.targets()) {
        assertThat(target.errorKinds()).isEmpty();
        assertThat(target.latency().count()).isPositive();
        assertThat(target.notes()).isEmpty();
      }
      assertThat(report.ratios()).isNotEmpty();
      assertThat(registry.isEmpty()).as("all content was deleted").isTrue();
    }
  }

  @Test
  void keepsToAFixedRate() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.NONE)) {
      Report report = run(registry, Scenarios.named("manifest-get"), SMALL, OptionalDouble.of(100));

      assertThat(report.targets())
          .allSatisfy(
              target -> assertThat(target.latency().count() + target.errors()).isEqualTo(20));
    }
  }

  @Test
  void countsNoStaleReadsWhereThereAreNone() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.NONE)) {
      Report report = run(registry, Scenarios.named("geo"), SMALL, OptionalDouble.empty());

      assertThat(report.targets().getFirst().events()).containsOnlyKeys("reads_after_push");
      assertThat(report.targets().getFirst().steps())
          .containsOnlyKeys("push", "pull_elsewhere", "visible_elsewhere");
    }
  }

  /** Again while a busy machine lets rounds pass before an operation begins. */
  private static Report run(
      StubRegistry registry, Scenario scenario, ScenarioSettings settings, OptionalDouble rate)
      throws IOException {
    LoadSettings load = new LoadSettings(2, rate, 0, 2, Duration.ofMillis(100));
    ScenarioRun run =
        new ScenarioRun(scenario, twice(registry), settings, load, false, Progress.NONE);
    Report report = run.run();
    for (int again = 0; again < 20 && isEmpty(report); again++) {
      report = run.run();
    }
    return report;
  }

  private static boolean isEmpty(Report report) {
    return report.targets().stream().allMatch(target -> target.errors() == 0)
        && (report.ratios().isEmpty()
            || report.targets().stream().anyMatch(target -> target.latency().count() == 0));
  }

  /** The same registry under two names, each with two addresses. */
  private static List<Target> twice(StubRegistry registry) {
    Origin origin = Origin.of(URI.create(registry.url()));
    return Stream.of("first", "second")
        .map(name ->
            new Target(
                name,
                List.of(origin, origin),
                new Authorizer(Optional.empty()),
                List.of(ProcessHandle.current().pid())))
        .toList();
  }
}

package dev.meridian.loadtest;

import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.scenario.Scenario;
import dev.meridian.loadtest.scenario.ScenarioRun;
import dev.meridian.loadtest.scenario.Scenarios;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.ScenarioSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one scenario. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Puts one kind of load on one or more registries in turn.")
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private TargetOptions targets;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "SCENARIO",
      description =
          "manifest-head, manifest-get, push, pull, push-chunked, mixed, same-repo, tags, catalog,"
              + " mount, referrers, geo or cold-herd.")
  private String scenario;

  @Option(names = "--seed", description = "Content and choices follow from it; else by chance.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Measured time of each target, over all rounds; default ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "Rounds before that do not count; default ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(names = "--connections", description = "Concurrent clients; default by scenario.")
  private Optional<Integer> connections = Optional.empty();

  @Option(
      names = "--rate",
      description =
          "Operations a second, due by the clock whether or not earlier ones have ended; latency"
              + " counts from when they were due. Else each client goes as fast as it can.")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--size",
      description =
          "Size of layers, such as 1MB, 10MB, 100MB; mixed: 20 %% of 1 MB, 70 %% of 10 MB, 10 %% of"
              + " 100 MB.")
  private Optional<String> size = Optional.empty();

  @Option(names = "--count", description = "Tags, repositories, referrers or clients of a herd.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--by",
      defaultValue = "tag",
      description = "Manifests are read by tag or digest.")
  private By by;

  @Option(names = "--keep", description = "Leave what was pushed.")
  private boolean keep;

  /** What names a manifest. */
  enum By {
    TAG,
    DIGEST
  }

  @Override
  public Integer call() throws IOException {
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    try {
      Report report = run(progress).run();
      TerminalProgress.end(progress);
      output.write(spec.commandLine().getOut(), report);
      return report.hasErrors() ? LoadTest.FAILED : 0;
    } finally {
      TerminalProgress.end(progress);
    }
  }

  private ScenarioRun run(Progress progress) {
    try {
      Scenario chosen = Scenarios.named(scenario);
      List<Target> all = targets.targets();
      for (Target target : all) {
        if (target.origins().size() < chosen.addresses()) {
          throw new IllegalArgumentException(
              "scenario "
                  + scenario
                  + " needs "
                  + chosen.addresses()
                  + " addresses of target "
                  + target.name()
                  + ": NAME=URL,URL");
        }
      }
      return new ScenarioRun(chosen, all, settings(), load(chosen), keep, progress);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ScenarioSettings settings() {
    return new ScenarioSettings(
        seed.orElseGet(() -> System.nanoTime() & 0xffff_ffffL),
        size.map(LayerSizes::parse),
        count.map(OptionalInt::of).orElse(OptionalInt.empty()),
        by == By.DIGEST);
  }

  private LoadSettings load(Scenario chosen) {
    if (rounds < 1
        || warmUp < 0
        || seconds <= 0
        || connections.orElse(1) < 1
        || rate.orElse(1.0) <= 0) {
      throw new IllegalArgumentException(
          "--seconds, --rounds, --connections and --rate must be positive, --warm-up not negative");
    }
    return new LoadSettings(
        connections.orElse(chosen.connections()),
        rate.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        warmUp,
        rounds,
        Duration.ofNanos((long) (seconds * 1e9 / rounds)));
  }
}

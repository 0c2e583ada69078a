package dev.meridian.loadtest;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.faults.FaultKind;
import dev.meridian.loadtest.faults.Pace;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.proof.HistoryReport;
import dev.meridian.loadtest.proof.HistoryRun;
import dev.meridian.loadtest.proof.HistorySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks that no read is stale while regions fail. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description =
        "Starts a Meridian of several regions on this machine, lets clients of all regions contend"
            + " for its tags while faults come, and checks that what they saw is linearizable."
            + " Exits with 1 when it is not, or when that could not be decided. What it starts"
            + " ends with it.")
final class HistoryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private PlainOutput output;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description = "For which clients are at work; default ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--faults",
      defaultValue = "all",
      description =
          "all, none, or some of kill-leader, restart, pause, cut, cut-one-way and delay,"
              + " separated by commas; default ${DEFAULT-VALUE}.")
  private String faults;

  @Option(
      names = "--clients",
      defaultValue = "9",
      description =
          "In all regions together, the first of each only reads; default ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = "--tags",
      defaultValue = "5",
      description = "For which the clients contend; default ${DEFAULT-VALUE}.")
  private int tags;

  @Option(
      names = "--seed",
      description = "Choices of clients and faults follow from it; else by chance.")
  private Optional<Long> seed = Optional.empty();

  @Override
  public Integer call() throws IOException {
    HistorySettings settings = settings(cluster.regions());
    ClusterPlan plan = cluster.plan();
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    boolean clean = false;
    try {
      HistoryRun.Result result = new HistoryRun(plan, settings, progress).run();
      TerminalProgress.end(progress);
      HistoryReport report = HistoryReport.of(plan, settings, result);
      output.write(spec.commandLine().getOut(), report, HistoryReport::text);
      clean = !report.hasFindings();
      return clean ? 0 : LoadTest.FAILED;
    } finally {
      TerminalProgress.end(progress);
      cluster.tidyUp(plan, clean);
    }
  }

  private HistorySettings settings(List<String> regions) {
    if (minutes <= 0 || tags < 1) {
      throw new ParameterException(spec.commandLine(), "--minutes and --tags must be positive");
    }
    if (clients <= regions.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "--clients must be more than --regions: the first of each only reads");
    }
    try {
      Set<FaultKind> kinds = FaultKind.parse(faults);
      return new HistorySettings(
          Duration.ofMillis((long) (minutes * 60_000)),
          kinds,
          regions,
          Pace.DEFAULT,
          clients,
          tags,
          seed.orElseGet(() -> System.nanoTime() & 0xffff_ffffL));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}

package dev.meridian.loadtest;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.proof.FailoverReport;
import dev.meridian.loadtest.proof.FailoverRun;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how long clients wait for a new leader. */
@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description =
        "Starts a Meridian of several regions on this machine, kills its leader again and again,"
            + " and tells how long clients of the other regions waited.")
final class FailoverCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private PlainOutput output;

  @Option(names = "--kills", defaultValue = "20", description = "Default ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "50",
      description = "From one region to another, in milliseconds; default ${DEFAULT-VALUE}.")
  private int delay;

  @Override
  public Integer call() throws IOException {
    if (kills < 1 || delay < 0) {
      throw new ParameterException(
          spec.commandLine(), "--kills must be positive, --delay not negative");
    }
    ClusterPlan plan = cluster.plan();
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    boolean wentWell = false;
    try {
      FailoverReport report =
          new FailoverRun(plan, kills, Duration.ofMillis(delay), progress).run();
      TerminalProgress.end(progress);
      output.write(spec.commandLine().getOut(), report, FailoverReport::text);
      wentWell = true;
      return 0;
    } finally {
      TerminalProgress.end(progress);
      cluster.tidyUp(plan, wentWell);
    }
  }
}

package dev.meridian.loadtest;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.proof.LatencyReport;
import dev.meridian.loadtest.proof.LatencyRun;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what reads and writes take in each mode. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description =
        "Starts a Meridian of several regions on this machine, and tells what writes and reads in"
            + " each mode take at its leader and away from it.")
final class LatencyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private PlainOutput output;

  @Option(
      names = "--samples",
      defaultValue = "500",
      description = "Of each kind at each place; default ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "40",
      description = "From one region to another, in milliseconds; default ${DEFAULT-VALUE}.")
  private int delay;

  @Override
  public Integer call() throws IOException {
    if (samples < 1 || delay < 0) {
      throw new ParameterException(
          spec.commandLine(), "--samples must be positive, --delay not negative");
    }
    ClusterPlan plan = cluster.plan();
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    boolean wentWell = false;
    try {
      LatencyReport report =
          new LatencyRun(plan, Duration.ofMillis(delay), samples, progress).run();
      TerminalProgress.end(progress);
      output.write(spec.commandLine().getOut(), report, LatencyReport::text);
      wentWell = true;
      return 0;
    } finally {
      TerminalProgress.end(progress);
      cluster.tidyUp(plan, wentWell);
    }
  }
}

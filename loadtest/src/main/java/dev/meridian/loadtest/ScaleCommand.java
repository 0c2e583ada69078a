package dev.meridian.loadtest;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.scale.ScaleReport;
import dev.meridian.loadtest.scale.ScaleRun;
import dev.meridian.loadtest.scale.ScaleSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how a cluster behaves when it holds much. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description =
        "Starts a Meridian of several regions on this machine, fills it through its public API, and"
            + " tells how fast that went, what pages of its lists take then, what memory and disk"
            + " its servers use, and what snapshots and restarts take.")
final class ScaleCommand implements Callable<Integer> {

  private static final String SIZE_OF_HEAP = "[1-9][0-9]{0,8}[kKmMgG]";

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private PlainOutput output;

  @Option(
      names = "--tags",
      defaultValue = "100000",
      description = "All in one repository, ten to a manifest; default ${DEFAULT-VALUE}.")
  private int tags;

  @Option(
      names = "--repositories",
      defaultValue = "20000",
      description = "Default ${DEFAULT-VALUE}.")
  private int repositories;

  @Option(
      names = "--manifests",
      defaultValue = "1000000",
      description = "In all repositories together; default ${DEFAULT-VALUE}.")
  private int manifests;

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "That fill it, over all regions; default ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--samples",
      defaultValue = "200",
      description = "Of each page at each place; default ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Of the JVM of each region, such as 512m or 1g; else as the JVM chooses.")
  private Optional<String> heap = Optional.empty();

  @Option(names = "--seed", description = "Content and choices follow from it; else by chance.")
  private Optional<Long> seed = Optional.empty();

  @Override
  public Integer call() throws IOException {
    ScaleSettings settings = settings();
    List<String> jvmFlags = jvmFlags();
    ClusterPlan plan = cluster.plan().withJvmFlags(jvmFlags);
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    boolean wentWell = false;
    try {
      ScaleReport report = new ScaleRun(plan, settings, progress).run();
      TerminalProgress.end(progress);
      output.write(spec.commandLine().getOut(), report, ScaleReport::text);
      wentWell = true;
      return 0;
    } finally {
      TerminalProgress.end(progress);
      cluster.tidyUp(plan, wentWell);
    }
  }

  private ScaleSettings settings() {
    try {
      return new ScaleSettings(
          tags,
          repositories,
          manifests,
          connections,
          samples,
          seed.orElseGet(() -> System.nanoTime() & 0xffff_ffffL));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<String> jvmFlags() {
    if (heap.isPresent() && !heap.get().matches(SIZE_OF_HEAP)) {
      throw new ParameterException(
          spec.commandLine(),
          "--heap \"" + heap.get() + "\" is not valid: expected a size such as 512m or 1g");
    }
    return heap.stream().map(size -> "-Xmx" + size).toList();
  }
}

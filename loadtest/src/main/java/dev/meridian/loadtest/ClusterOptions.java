package dev.meridian.loadtest;

import dev.meridian.loadtest.cluster.ClusterPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The cluster that a command starts. */
final class ClusterOptions {

  /** What the regions are told: the default of Meridian. */
  private static final Duration ROUND_TRIP = Duration.ofMillis(100);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--regions",
      defaultValue = "3",
      description = "How many, each a process with a vote; default ${DEFAULT-VALUE}.")
  private int regions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where configuration, data and logs go, an empty directory; it is left as it is. By"
              + " default a temporary one, which is left only when the command fails.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--meridian",
      defaultValue = "${sys:meridian.launcher:-meridian}",
      description = "The launcher of Meridian; default ${DEFAULT-VALUE}.")
  private String meridian;

  /** The names of the regions. */
  List<String> regions() {
    if (regions < 1 || regions > ClusterPlan.MOST_REGIONS) {
      throw new ParameterException(
          spec.commandLine(), "--regions must be 1 to " + ClusterPlan.MOST_REGIONS);
    }
    return ClusterPlan.names(regions);
  }

  /** The plan of a cluster with a directory of its own, all of whose reads are linearizable. */
  ClusterPlan plan() throws IOException {
    List<String> names = regions();
    Path directory =
        data.isPresent()
            ? Files.createDirectories(data.get()).toAbsolutePath()
            : Files.createTempDirectory("loadtest");
    return new ClusterPlan(List.of(meridian), directory, names, ROUND_TRIP, Map.of(), List.of());
  }

  /** To be called when the cluster has ended; the directory may tell why something went wrong. */
  void tidyUp(ClusterPlan plan, boolean wentWell) throws IOException {
    if (data.isEmpty() && wentWell) {
      delete(plan.directory());
    } else {
      spec.commandLine()
          .getErr()
          .println("configuration, data and logs of the regions: " + plan.directory());
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.meridian.loadtest;

import dev.meridian.loadtest.compare.BesideEtcd;
import dev.meridian.loadtest.compare.SideBySide;
import dev.meridian.loadtest.compare.Storage;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.ResultsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the table of goals. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Starts another registry beside a fresh Meridian of one region, on the same kind of"
            + " storage, or three members of etcd beside three metadata servers, and tells how"
            + " Meridian does in comparison. What it starts ends with it.")
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Option(names = "--with", required = true, description = "docker-registry or etcd.")
  private With with;

  @Option(
      names = "--storage",
      defaultValue = "file",
      description = "file or s3, where docker-registry and Meridian keep blobs; default file.")
  private StorageKind storage;

  @Mixin private S3Options s3;

  @Option(names = "--seed", description = "Content and choices follow from it; else by chance.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Measured time of each registry for each row; default ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "Rounds before that do not count; default ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--rows",
      defaultValue = "",
      description = "Only rows whose name contains this, such as manifest or push.")
  private String rows;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description =
          "Writes the result there too, in Markdown, in the place of the one of the same comparison"
              + " before.")
  private Optional<Path> results = Optional.empty();

  @Option(
      names = "--directory",
      defaultValue = "${sys:java.io.tmpdir}",
      description = "Where the data goes while it is needed; default ${DEFAULT-VALUE}.")
  private Path directory;

  @Option(
      names = "--docker-registry",
      defaultValue = "docker-registry",
      description = "The executable of CNCF Distribution; default ${DEFAULT-VALUE}.")
  private String dockerRegistry;

  @Option(
      names = "--nginx",
      defaultValue = "/usr/sbin/nginx",
      description =
          "The executable of nginx, as the limit of the largest pull from files; default"
              + " ${DEFAULT-VALUE}.")
  private String nginx;

  @Option(
      names = "--etcd",
      defaultValue = "etcd",
      description = "The executable of etcd 3.4 or later; default ${DEFAULT-VALUE}.")
  private String etcd;

  @Option(
      names = "--meridian",
      defaultValue = "${sys:meridian.launcher:-meridian}",
      description = "The launcher of Meridian; default ${DEFAULT-VALUE}.")
  private String meridian;

  /** What Meridian is compared with. */
  enum With {
    DOCKER_REGISTRY,
    ETCD;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Where both keep their blobs. */
  enum StorageKind {
    FILE,
    S3
  }

  @Override
  public Integer call() throws IOException {
    if (isEmpty() || rounds < 1 || warmUp < 0 || seconds <= 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows must be part of a row's name, --seconds and --rounds positive, --warm-up not"
              + " negative");
    }
    Progress progress = TerminalProgress.on(spec.commandLine().getErr());
    try {
      Comparison comparison = run(progress);
      TerminalProgress.end(progress);
      if (results.isPresent()) {
        ResultsFile.write(
            results.get(), comparison, spec.root().commandLine().getParseResult().originalArgs());
      }
      output.write(spec.commandLine().getOut(), comparison);
      return comparison.hasErrors() ? LoadTest.FAILED : 0;
    } finally {
      TerminalProgress.end(progress);
    }
  }

  private Storage storage() {
    return switch (storage) {
      case FILE -> new Storage.Files();
      case S3 -> s3.storage();
    };
  }

  private boolean isEmpty() {
    return switch (with) {
      case DOCKER_REGISTRY -> SideBySide.rows(storage(), rows).isEmpty();
      case ETCD -> BesideEtcd.rows(rows).isEmpty();
    };
  }

  private Comparison run(Progress progress) throws IOException {
    Duration round = Duration.ofNanos((long) (seconds * 1e9 / rounds));
    LoadSettings load = new LoadSettings(1, OptionalDouble.empty(), warmUp, rounds, round);
    long number = seed.orElseGet(() -> System.nanoTime() & 0xffff_ffffL);
    return switch (with) {
      case DOCKER_REGISTRY ->
          new SideBySide(
                  dockerRegistry,
                  List.of(meridian),
                  nginx,
                  storage(),
                  directory,
                  number,
                  load,
                  progress)
              .run(SideBySide.rows(storage(), rows));
      case ETCD ->
          new BesideEtcd(etcd, List.of(meridian), directory, number, load, progress)
              .run(BesideEtcd.rows(rows));
    };
  }
}

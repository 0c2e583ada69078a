package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.Goal;
import dev.meridian.loadtest.report.Limit;
import dev.meridian.loadtest.report.Ratio.Measure;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.Verdict;
import dev.meridian.loadtest.scenario.ScenarioRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Runs rows of the table against docker-registry and Meridian. Each row gets both fresh, so that no
 * row depends on what another left in memory or on disk. On S3, the requests of a push are counted
 * after each row of pushes. On files, what bounds the machine is shown beside.
 *
 * @param dockerRegistry the executable of CNCF Distribution
 * @param meridian the command that runs Meridian, without arguments
 * @param nginx the executable of nginx, which the largest pull is compared with on files too
 * @param storage the same for both
 * @param directory where the data goes and is removed from
 * @param load for all rows, but with each row's own number of connections
 */
public record SideBySide(
    String dockerRegistry,
    List<String> meridian,
    String nginx,
    Storage storage,
    Path directory,
    long seed,
    LoadSettings load,
    Progress progress) {

  private static final Goal START_MS = Goal.atMost(1500);
  private static final Goal OF_NGINX = Goal.atLeast(0.9);

  /** The rows whose name contains a text; all for the empty one. */
  public static List<Row> rows(Storage storage, String part) {
    return Row.on(storage).stream().filter(row -> row.work().contains(part)).toList();
  }

  /**
   * Measures all rows.
   *
   * @throws IOException when a server does not start or refuses what a row needs
   */
  public Comparison run(List<Row> rows) throws IOException {
    List<Report> reports = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    List<Double> starts = new ArrayList<>();
    boolean onFiles = storage instanceof Storage.Files;
    boolean besideNginx = onFiles && rows.contains(Row.LARGEST_PULL);
    if (besideNginx) {
      Nginx.requireInstalled(nginx);
    }
    progress.show("first start", 0);
    FreshDirectory.use(directory, own -> ours().start(own).close()); // may build, may fill caches
    for (Row row : rows) {
      FreshDirectory.use(
          directory,
          own -> {
            Report report = measure(row, own, starts);
            reports.add(withRequests(row, own, report));
            judge(row, report, verdicts);
          });
    }
    if (besideNginx) {
      FreshDirectory.use(
          directory,
          own -> {
            Report report =
                new BesideNginx(nginx, ours(), seed, load(Row.LARGEST_PULL), progress).measure(own);
            reports.add(report);
            Verdict.onRatio(BesideNginx.WORK, report, Measure.MEGABYTES_PER_S, OF_NGINX)
                .ifPresent(verdicts::add);
          });
    }
    verdicts.add(Verdict.onTimes("start to first answer", starts, START_MS));
    List<Limit> limits = new ArrayList<>();
    if (onFiles && rows.stream().anyMatch(Row::movesContent)) {
      progress.show("limits of the machine", 0);
      FreshDirectory.use(directory, own -> limits.addAll(MachineLimits.measure(own)));
    }
    return new Comparison(DockerRegistry.NAME, storage.toString(), verdicts, reports, limits);
  }

  private RegistryProgram ours() {
    return new Meridian(meridian, storage);
  }

  private Report measure(Row row, Path own, List<Double> starts) throws IOException {
    Path first = Files.createDirectory(own.resolve(DockerRegistry.NAME));
    Path second = Files.createDirectory(own.resolve(Meridian.NAME));
    try (ServerProcess docker = new DockerRegistry(dockerRegistry, storage).start(first);
        ServerProcess ours = ours().start(second)) {
      starts.add(ours.startTime().toNanos() / 1e6);
      Progress named = (what, part) -> progress.show(row.work() + ": " + what, part);
      return new ScenarioRun(
              row.scenario(),
              List.of(docker.target(), ours.target()),
              row.settings(seed),
              load(row),
              true,
              named)
          .run();
    }
  }

  private LoadSettings load(Row row) {
    return new LoadSettings(
        row.connections(),
        OptionalDouble.empty(),
        load.warmUpRounds(),
        load.rounds(),
        load.round());
  }

  private Report withRequests(Row row, Path own, Report report) throws IOException {
    return switch (storage) {
      case Storage.Files() -> report;
      case Storage.S3 s3 when row.pushes() -> {
        progress.show(row.work() + ": requests to S3", 0);
        yield report.withNotes(
            new StorageRequests(dockerRegistry, meridian, s3, seed).count(row, own));
      }
      case Storage.S3 _ -> report;
    };
  }

  private static void judge(Row row, Report report, List<Verdict> verdicts) {
    for (Measure measure : Measure.values()) {
      if (row.goals().containsKey(measure)) {
        Verdict.onRatio(row.work(), report, measure, row.goals().get(measure))
            .ifPresent(verdicts::add);
      }
    }
  }
}

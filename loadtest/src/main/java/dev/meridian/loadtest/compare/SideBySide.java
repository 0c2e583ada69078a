package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.Goal;
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
 * after each row of pushes.
 *
 * @param dockerRegistry the executable of CNCF Distribution
 * @param meridian the launcher of Meridian
 * @param storage the same for both
 * @param directory where the data goes and is removed from
 * @param load for all rows, but with each row's own number of connections
 */
public record SideBySide(
    String dockerRegistry,
    String meridian,
    Storage storage,
    Path directory,
    long seed,
    LoadSettings load,
    Progress progress) {

  private static final Goal START_MS = Goal.atMost(1500);

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
    verdicts.add(Verdict.onTimes("start to first answer", starts, START_MS));
    return new Comparison(DockerRegistry.NAME, storage.toString(), verdicts, reports);
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
      LoadSettings settings =
          new LoadSettings(
              row.connections(),
              OptionalDouble.empty(),
              load.warmUpRounds(),
              load.rounds(),
              load.round());
      Progress named = (what, part) -> progress.show(row.work() + ": " + what, part);
      return new ScenarioRun(
              row.scenario(),
              List.of(docker.target(), ours.target()),
              row.settings(seed),
              settings,
              true,
              named)
          .run();
    }
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

package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.faults.Fault;
import dev.meridian.loadtest.faults.FaultSchedule;
import dev.meridian.loadtest.history.Finding;
import dev.meridian.loadtest.history.HistoryChecker;
import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.linearize.Budget;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Starts a cluster, lets clients of all regions contend for its tags while faults come, and checks
 * what they saw.
 */
public record HistoryRun(ClusterPlan plan, HistorySettings settings, Progress progress) {

  private static final Duration SHOW_EVERY = Duration.ofMillis(200);

  /**
   * What came of it.
   *
   * @param origin of the operations' times, on the clock of the faults
   * @param operations by their start
   * @param checked how long it took to check them
   */
  public record Result(
      Instant started,
      long origin,
      List<Operation> operations,
      List<Fault> faults,
      List<Finding> findings,
      Duration checked) {}

  /**
   * Runs and checks.
   *
   * @throws IOException when a region does not start or recover; with the end of its log
   */
  public Result run() throws IOException {
    progress.show("start", 0);
    Instant started = Instant.now();
    try (MeridianCluster cluster = MeridianCluster.start(plan);
        Background background = new Background()) {
      long origin = System.nanoTime();
      long end = origin + settings.time().toNanos();
      FaultSchedule schedule =
          new FaultSchedule(
              cluster,
              settings.faults(),
              settings.victims(),
              settings.pace(),
              settings.seed(),
              end);
      Future<List<Fault>> faults = background.start(schedule);
      List<Future<List<Operation>>> clients =
          clients(cluster, origin, end).stream().map(background::start).toList();
      while (!faults.isDone()) {
        progress.show(schedule.now(), part(origin));
        Pause.of(SHOW_EVERY);
      }
      List<Fault> suffered = Background.result(faults);
      List<Operation> operations = new ArrayList<>();
      for (Future<List<Operation>> client : clients) {
        operations.addAll(Background.result(client));
      }
      return check(started, origin, operations, suffered);
    }
  }

  private double part(long origin) {
    return (double) (System.nanoTime() - origin) / settings.time().toNanos();
  }

  private List<HistoryClient> clients(MeridianCluster cluster, long origin, long end) {
    List<TagName> tags =
        IntStream.range(0, settings.tags()).mapToObj(i -> TagName.parse("t" + i)).toList();
    Hearsay hearsay = new Hearsay();
    Random seeds = new Random(settings.seed());
    List<RegionServer> servers = cluster.servers();
    return IntStream.range(0, settings.clients())
        .mapToObj(i -> {
          Random random = new Random(seeds.nextLong());
          boolean writes = i >= servers.size();
          TaskChooser chooser =
              new TaskChooser(settings.seed() + " " + i, writes, tags, hearsay, random);
          RegionServer server = servers.get(i % servers.size());
          return new HistoryClient(i, server, chooser, hearsay, random, origin, end);
        })
        .toList();
  }

  private Result check(
      Instant started, long origin, List<Operation> operations, List<Fault> faults) {
    progress.show("check", 1);
    operations.sort(Comparator.comparingLong(Operation::start));
    long start = System.nanoTime();
    List<Finding> findings = new HistoryChecker(Budget.DEFAULT).check(operations);
    Duration checked = Duration.ofNanos(System.nanoTime() - start);
    return new Result(started, origin, operations, faults, findings, checked);
  }
}

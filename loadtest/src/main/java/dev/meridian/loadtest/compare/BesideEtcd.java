package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.commands.CommandClient;
import dev.meridian.loadtest.commands.EtcdCommands;
import dev.meridian.loadtest.commands.MeridianTagMoves;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.Experiment;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.OutstandingLane;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.RoundResult;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Small commands to three metadata servers of Meridian beside three members of etcd, all on the
 * loopback interface with their writes synced. Both are asked at the one that leads, over one
 * connection. The servers stay the same for all rows: three JVMs take long to become fast, which is
 * waited for once.
 *
 * @param etcd the executable of etcd
 * @param meridian the command that runs Meridian, without arguments
 * @param directory where the data goes and is removed from
 * @param load for all rows, but with each row's own number of commands outstanding
 */
public record BesideEtcd(
    String etcd,
    List<String> meridian,
    Path directory,
    long seed,
    LoadSettings load,
    Progress progress) {

  private static final int SERVERS = 3;
  private static final CommandRow WARM_UP = CommandRow.ALL.getFirst();
  private static final int WARM_UP_FACTOR = 10;
  private static final Duration ROUND_TRIP = Duration.ofMillis(100); // the default of Meridian

  /** The rows whose name contains a text; all for the empty one. */
  public static List<CommandRow> rows(String part) {
    return CommandRow.ALL.stream().filter(row -> row.work().contains(part)).toList();
  }

  /**
   * Measures all rows.
   *
   * @throws IOException when a server does not start or refuses what a row needs
   */
  public Comparison run(List<CommandRow> rows) throws IOException {
    List<Report> reports = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    progress.show("start", 0);
    FreshDirectory.use(
        directory,
        own -> {
          try (EtcdCluster theirs = EtcdCluster.start(etcd, own);
              MeridianCluster ours = MeridianCluster.startDirect(plan(own.resolve("meridian")))) {
            warmUp(theirs, ours);
            for (CommandRow row : rows) {
              Report report = measure(row, load, theirs, ours);
              reports.add(report);
              Verdict.onRatio(row.work(), report, row.measure(), row.goal())
                  .ifPresent(verdicts::add);
            }
          }
        });
    return new Comparison(EtcdCluster.NAME, "file", verdicts, reports, List.of());
  }

  private ClusterPlan plan(Path own) {
    return new ClusterPlan(
            meridian, own, ClusterPlan.names(SERVERS), ROUND_TRIP, Map.of(), List.of())
        .withoutNodes();
  }

  /** So many times as long as that of a row. */
  private void warmUp(EtcdCluster theirs, MeridianCluster ours) throws IOException {
    int rounds = WARM_UP_FACTOR * load.warmUpRounds();
    measure(
        WARM_UP,
        new LoadSettings(WARM_UP.outstanding(), OptionalDouble.empty(), rounds, 0, load.round()),
        theirs,
        ours);
  }

  private Report measure(
      CommandRow row, LoadSettings length, EtcdCluster theirs, MeridianCluster ours)
      throws IOException {
    Instant started = Instant.now();
    LoadSettings settings =
        new LoadSettings(
            row.outstanding(),
            OptionalDouble.empty(),
            length.warmUpRounds(),
            length.rounds(),
            length.round());
    Target etcd = target(EtcdCluster.NAME, theirs.leader(), theirs.pids());
    List<Long> pids = ours.servers().stream().map(RegionServer::pid).toList();
    Target meridian = target(Meridian.NAME, ours.leader().metadata(), pids);
    Progress named = (what, part) -> progress.show(row.work() + ": " + what, part);
    try (CommandClient put = new EtcdCommands(etcd.origins().getFirst(), row.form());
        CommandClient move =
            new MeridianTagMoves(meridian.origins().getFirst(), MeridianCluster.NAME)) {
      put.prepare();
      move.prepare();
      List<List<RoundResult>> results =
          new Experiment(settings, named)
              .run(
                  List.of(
                      new OutstandingLane(etcd, "command", put),
                      new OutstandingLane(meridian, "command", move)));
      return Report.of(
          "commands",
          row.work(),
          started,
          seed,
          settings,
          List.of(
              TargetReport.of(etcd, results.get(0), List.of()),
              TargetReport.of(meridian, results.get(1), List.of())));
    }
  }

  private static Target target(String name, Origin leader, List<Long> pids) {
    return new Target(name, List.of(leader), new Authorizer(Optional.empty()), pids);
  }
}

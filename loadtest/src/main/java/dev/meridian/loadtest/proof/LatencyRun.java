package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.measure.Progress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Measures what writes and each kind of read take at the leader and away from it, one after the
 * other, where everything between regions takes its time.
 *
 * @param delay from one region to another, one way
 * @param samples of each kind at each place
 */
public record LatencyRun(ClusterPlan plan, Duration delay, int samples, Progress progress) {

  private static final int WARM_UP = 50;
  private static final int SIGNIFICANT_DIGITS = 3;

  /** How old a tag may be where reads are bounded. */
  private static final Duration STALENESS = Duration.ofSeconds(10);

  private static final Supplier<Task> READ_TAG =
      () -> Task.of(new Action.ReadTag(FreshWrites.TAG, false));

  /** Where a client is. */
  private record Place(String name, RegionServer server) {}

  /**
   * Runs all measurements: on a cluster with linearizable reads of tags, and on one with bounded
   * ones.
   *
   * @throws IOException when a region does not start, or an operation fails
   */
  public LatencyReport run() throws IOException {
    Instant started = Instant.now();
    List<LatencyReport.Row> rows = new ArrayList<>();
    FreshWrites writes = new FreshWrites();
    try (MeridianCluster cluster = start(plan.variant("linearizable", Map.of()))) {
      Task first = writes.get();
      Task read = Task.of(new Action.ReadManifest(first.manifest().orElseThrow().digest()));
      once(cluster, first);
      for (Place place : places(cluster)) {
        rows.add(measure(place, "write", writes));
        rows.add(measure(place, "read by tag, linearizable", READ_TAG));
        rows.add(measure(place, "read by digest", () -> read));
      }
    }
    Map<String, Duration> staleness =
        plan.regions().stream().collect(Collectors.toMap(region -> region, region -> STALENESS));
    try (MeridianCluster cluster = start(plan.variant("bounded", staleness))) {
      once(cluster, writes.get());
      String kind = "read by tag, at most " + STALENESS.toSeconds() + " s old";
      for (Place place : places(cluster)) {
        rows.add(measure(place, kind, READ_TAG));
      }
    }
    return LatencyReport.of(delay, samples, started, rows);
  }

  private MeridianCluster start(ClusterPlan variant) throws IOException {
    progress.show("start", 0);
    MeridianCluster cluster = MeridianCluster.start(variant);
    cluster.network().delay(delay);
    return cluster;
  }

  private static void once(MeridianCluster cluster, Task task) throws IOException {
    try (RegionClient client = new RegionClient(cluster.servers().getFirst().origin())) {
      succeed(client, task);
    }
  }

  /** The leader, and one of the others if there are any. */
  private static List<Place> places(MeridianCluster cluster) throws IOException {
    RegionServer leader = cluster.leader();
    return Stream.concat(
            Stream.of(new Place("leader", leader)),
            cluster.servers().stream()
                .filter(server -> server != leader)
                .limit(1)
                .map(server -> new Place("follower", server)))
        .toList();
  }

  private LatencyReport.Row measure(Place place, String kind, Supplier<Task> tasks)
      throws IOException {
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    try (RegionClient client = new RegionClient(place.server().origin())) {
      for (int i = -WARM_UP; i < samples; i++) {
        Task task = tasks.get();
        long start = System.nanoTime();
        succeed(client, task);
        long end = System.nanoTime();
        if (i >= 0) {
          histogram.recordValue(end - start);
          progress.show(kind + " at the " + place.name(), (double) i / samples);
        }
      }
    }
    return LatencyReport.Row.of(kind, place.name(), histogram);
  }

  private static void succeed(RegionClient client, Task task) throws IOException {
    Outcome outcome = client.perform(task);
    switch (outcome) {
      case Outcome.Done _, Outcome.Found _ -> {}
      case Outcome.Listed _,
          Outcome.NotFound _,
          Outcome.ConditionFailed _,
          Outcome.Unknown _,
          Outcome.Nothing _,
          Outcome.Wrong _ ->
          throw new IOException(task.action().text() + ": " + outcome.text());
    }
  }
}

package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Kills the leader again and again, while in each region one client sets a tag and another one
 * reads a manifest by digest, each as fast as it can; and measures how long those of the other
 * regions have to wait.
 *
 * @param delay from one region to another, one way
 */
public record FailoverRun(ClusterPlan plan, int kills, Duration delay, Progress progress) {

  private static final double NANOS_PER_MS = 1e6;
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration WITHOUT_THE_KILLED = Duration.ofSeconds(5);
  private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);

  /** A kill, its times on {@link System#nanoTime}. */
  private record Kill(RegionServer leader, long at, long recovered) {}

  /**
   * Runs all kills.
   *
   * @throws IOException when a region does not start or serve again; with the end of its log
   */
  public FailoverReport run() throws IOException {
    progress.show("start", 0);
    Instant started = Instant.now();
    try (MeridianCluster cluster = MeridianCluster.start(plan);
        Background background = new Background()) {
      Manifest read = firstManifest(cluster);
      cluster.network().delay(delay);
      List<SteadyClient> writers = clients(cluster, new FreshWrites());
      List<SteadyClient> readers =
          clients(cluster, () -> Task.of(new Action.ReadManifest(read.digest())));
      List<Future<Void>> clients = new ArrayList<>();
      writers.forEach(writer -> clients.add(background.start(writer)));
      readers.forEach(reader -> clients.add(background.start(reader)));
      List<Kill> killed = new ArrayList<>();
      for (int i = 0; i < kills; i++) {
        progress.show("kill " + (i + 1) + " of " + kills, (double) i / kills);
        Pause.of(QUIET);
        killed.add(kill(cluster));
        for (Future<Void> client : clients) {
          if (client.isDone()) {
            Background.result(client); // it failed
          }
        }
      }
      Pause.of(QUIET);
      return FailoverReport.of(
          plan,
          delay,
          started,
          killed.stream().map(kill -> measure(kill, writers, readers)).toList());
    }
  }

  private static Manifest firstManifest(MeridianCluster cluster) throws IOException {
    Manifest manifest = Manifest.note("read");
    Action put = new Action.Put(TagName.parse("read"), manifest.digest(), new Condition.None());
    try (RegionClient client = new RegionClient(cluster.servers().getFirst().origin())) {
      Outcome outcome = client.perform(Task.writing(manifest, put));
      if (!(outcome instanceof Outcome.Done)) {
        throw new IOException("the first write: " + outcome.text());
      }
    }
    return manifest;
  }

  private static List<SteadyClient> clients(MeridianCluster cluster, Supplier<Task> tasks) {
    return cluster.servers().stream().map(server -> new SteadyClient(server, tasks)).toList();
  }

  private static Kill kill(MeridianCluster cluster) throws IOException {
    RegionServer leader = cluster.leader();
    long at = System.nanoTime();
    leader.kill();
    Pause.of(WITHOUT_THE_KILLED);
    leader.start();
    leader.awaitServing(LONGEST_RECOVERY);
    return new Kill(leader, at, System.nanoTime());
  }

  private static FailoverReport.Kill measure(
      Kill kill, List<SteadyClient> writers, List<SteadyClient> readers) {
    long writes = 0;
    for (SteadyClient writer : writers) {
      if (writer.server() != kill.leader()) {
        long end = writer.successes().longestGap(kill.at(), kill.recovered()).end();
        writes = Math.max(writes, end - kill.at());
      }
    }
    long reads = 0;
    for (SteadyClient reader : readers) {
      if (reader.server() != kill.leader()) {
        long gap = reader.successes().longestGap(kill.at(), kill.recovered()).nanos();
        reads = Math.max(reads, gap);
      }
    }
    return new FailoverReport.Kill(
        kill.leader().region(), writes / NANOS_PER_MS, reads / NANOS_PER_MS);
  }
}

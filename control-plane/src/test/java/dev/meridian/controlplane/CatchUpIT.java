package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;

import dev.meridian.controlplane.raft.RaftSettings;
import dev.meridian.proto.metadata.ExecuteReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that find the log purged when they come back, or come for the first time. */
class CatchUpIT {

  /** A leader takes up to 8 s to notice that a transfer broke. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path root;

  /** Checkpoints often, keeps hardly any log. */
  static RaftSettings tuned(RaftSettings settings) {
    return new RaftSettings(
        settings.cluster(),
        settings.region(),
        settings.data(),
        settings.members(),
        settings.roundTrip(),
        100,
        Duration.ofMillis(200),
        Duration.ofMinutes(1),
        64 << 10,
        96 << 10,
        16 << 10);
  }

  private static ExecuteReply put(TestCluster cluster, int server, int count) {
    ExecuteReply last = ExecuteReply.getDefaultInstance();
    for (int i = 0; i < count; i++) {
      last = cluster.server(server).putTag("demo/app", "t", "write " + i);
    }
    return last;
  }

  private long firstLogEntry(int server) {
    try (Stream<Path> files =
        Files.walk(root.resolve(TestCluster.REGIONS.get(server)).resolve("raft"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("log_\\d+-\\d+"))
          .mapToLong(name -> Long.parseLong(name.substring(4, name.indexOf('-'))))
          .min()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String live(int server) throws IOException {
    return Files.readString(
            root.resolve(TestCluster.REGIONS.get(server)).resolve("store").resolve("CURRENT"))
        .strip();
  }

  private void delete(int server) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(TestCluster.REGIONS.get(server)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The log may have been purged meanwhile, so that it takes one more snapshot. */
  private static void awaitTag(TestServer server, ExecuteReply written) {
    eventually(
        "it has caught up",
        PATIENCE,
        () ->
            server
                .getTag("demo/app", "t")
                .getDigest()
                .equals(written.getPutManifest().getDigest()));
  }

  @Test
  void aServerThatWasAwayAndAnEmptyOneCatchUpBySnapshotUnderWrites() throws Exception {
    try (TestCluster cluster = new TestCluster(root, "catch-up", CatchUpIT::tuned);
        ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        cluster.start(i);
      }
      cluster.awaitLeader();
      put(cluster, 0, 5);
      int away = cluster.follower();
      int writer = (away + 1) % 3;
      cluster.stop(away);
      put(cluster, writer, 400);
      eventually("the log is purged", () -> firstLogEntry(cluster.awaitLeader()) > 100);

      AtomicBoolean writing = new AtomicBoolean(true);
      var writes =
          background.submit(() -> {
            while (writing.get()) {
              put(cluster, writer, 10);
            }
          });
      try {
        cluster.start(away);
        eventually("a snapshot is live", PATIENCE, () -> !live(away).equals("live-none"));
        cluster.stop(away);
        delete(away);
        cluster.start(away);
        GroupOperator operator = new GroupOperator(cluster, writer);
        operator.remove(away);
        operator.add(away);
        eventually(
            "a snapshot is live in the empty one", PATIENCE, () -> !live(away).equals("live-none"));
      } finally {
        writing.set(false);
      }
      writes.get();

      ExecuteReply last = put(cluster, writer, 1);
      awaitTag(cluster.server(away), last);

      // What was received lasts.
      cluster.stop(away);
      cluster.start(away);
      cluster.awaitLeader();
      awaitTag(cluster.server(away), last);
    }
  }
}

package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.metadata.ExecuteReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed (SIGKILL) at each step of taking, receiving and installing a snapshot
 * comes back with what the others have.
 */
class KilledSnapshotsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A round ends after so long where a step never shows, since it took less than a look. */
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(8);

  /** What shows in the directory when a step has begun; the kill follows at once. */
  private enum Step {
    RECEIVING {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return !list(data.resolve("incoming")).isEmpty();
      }
    },
    PUTTING_IN_PLACE {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return list(data).stream().anyMatch(name -> name.startsWith("checkpoints."));
      }
    },
    COPYING {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return list(data.resolve("store")).stream()
            .anyMatch(name -> name.startsWith("live-") && !name.equals(live));
      }
    },
    SWITCHING {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return !read(data.resolve("store/CURRENT")).equals(live);
      }
    },
    TAKING {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return list(data.resolve("checkpoints")).stream().anyMatch(name -> name.endsWith(".tmp"));
      }
    },
    TAKEN {
      @Override
      boolean shows(Path data, String live) throws IOException {
        return !read(data.resolve("store/CURRENT")).equals(live)
            && list(data.resolve("checkpoints")).size() > 1;
      }
    };

    abstract boolean shows(Path data, String live) throws IOException;
  }

  @TempDir Path root;

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  @Test
  void eachStepOnce() throws Exception {
    killAtSteps(1);
  }

  @Tag("full")
  @Test
  void eachStepManyTimes() throws Exception {
    killAtSteps(10);
  }

  private void killAtSteps(int times) throws Exception {
    try (TestCluster cluster = new TestCluster(root, "killed", CatchUpIT::tuned)) {
      for (int i = 0; i < 3; i++) {
        cluster.start(i);
      }
      int victim = cluster.follower();
      int writer = (victim + 1) % 3;
      cluster.server(writer).putTag("demo/app", "t", "first");
      cluster.stop(victim);
      for (int time = 0; time < times; time++) {
        for (Step step : Step.values()) {
          purgeLog(cluster, writer, step.name() + time);
          killAt(step, cluster, victim, writer);
        }
      }
      cluster.start(victim);
      ExecuteReply last = cluster.server(writer).putTag("demo/app", "t", "last");
      for (int i = 0; i < 3; i++) {
        TestServer server = cluster.server(i);
        eventually(
            "server " + i + " has all",
            PATIENCE,
            () ->
                server
                    .getTag("demo/app", "t")
                    .getDigest()
                    .equals(last.getPutManifest().getDigest()));
      }
    }
    List<String> expected = dump(0);
    assertThat(dump(1)).isEqualTo(expected);
    assertThat(dump(2)).isEqualTo(expected);
  }

  /** So many writes that the victim needs a snapshot. */
  private static void purgeLog(TestCluster cluster, int writer, String text) {
    for (int i = 0; i < 700; i++) {
      cluster.server(writer).putTag("demo/app", "t" + i % 50, text + i);
    }
  }

  private void killAt(Step step, TestCluster cluster, int victim, int writer) throws Exception {
    Path data = root.resolve(TestCluster.REGIONS.get(victim));
    String live = read(data.resolve("store/CURRENT"));
    Process process = ServerProcess.start(cluster.config(victim), root.resolve("victim.log"));
    AtomicBoolean writing = new AtomicBoolean(true);
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      // Later snapshots are taken only when there is something new.
      var writes =
          background.submit(() -> {
            for (int i = 0; writing.get(); i++) {
              cluster.server(writer).putTag("demo/app", "during" + i % 50, step + " " + i);
            }
          });
      try {
        long end = System.nanoTime() + LONGEST_ROUND.toNanos();
        while (System.nanoTime() < end && process.isAlive() && !step.shows(data, live)) {
          LockSupport.parkNanos(100_000);
        }
      } finally {
        writing.set(false);
        process.destroyForcibly().waitFor();
      }
      writes.get();
    }
    assertThat(process.exitValue())
        .as("killed, not halted: %s", Files.readString(root.resolve("victim.log")))
        .isEqualTo(128 + 9);
  }

  /** What the stopped server has, but for what says how far its log is. */
  private List<String> dump(int server) throws IOException {
    Path store = root.resolve(TestCluster.REGIONS.get(server)).resolve("store");
    try (MetadataDb db = MetadataDb.open(store.resolve(read(store.resolve("CURRENT"))))) {
      return StoreDump.of(db, Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER));
    }
  }
}

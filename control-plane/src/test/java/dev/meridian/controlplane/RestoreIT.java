package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.GroupOperator.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.backup.Restorer;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.proto.backup.BackupHeader;
import dev.meridian.proto.metadata.ExecuteReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster that begins with a backup of another one. */
class RestoreIT {

  @TempDir Path root;

  private static String digest(ExecuteReply written) {
    return written.getPutManifest().getDigest();
  }

  private static String clusterId(TestServer server) {
    return server
        .controlPlane()
        .raft()
        .live()
        .query(Queries::cluster)
        .value()
        .orElseThrow()
        .getClusterId();
  }

  private static void restore(Path backup, ControlPlaneConfig config) throws Exception {
    new Restorer(config.cluster(), config.region(), config.data()).restore(backup);
  }

  @Test
  void servesWhatTheBackupHadAndGrowsAgain() throws Exception {
    Path backup = root.resolve("demo.backup");
    String kept;
    String oldId;
    BackupHeader header;
    try (TestCluster old = TestCluster.started(root.resolve("old"), "restore")) {
      kept = digest(old.server(0).putTag("demo/app", "moved", "at the backup"));
      header = BackupIT.backUp(old.server(old.follower()), false, backup);
      old.server(1).putTag("demo/app", "moved", "after it");
      old.server(2).putTag("demo/app", "later", "after it");
      oldId = clusterId(old.server(0));
      assertThat(header.getClusterId()).isEqualTo(oldId);
    }

    try (TestCluster cluster = new TestCluster(root.resolve("new"), "restore")) {
      restore(backup, cluster.config(1));
      TestServer first = cluster.start(1);
      cluster.awaitLeader();
      assertThat(first.getTag("demo/app", "moved").getDigest()).isEqualTo(kept);
      assertThatThrownBy(() -> first.getTag("demo/app", "later"))
          .hasMessageContaining("TAG_UNKNOWN");
      assertThat(clusterId(first)).isNotEqualTo(oldId);
      assertThat(first.putTag("demo/app", "next", "after the restore").getRevision())
          .isGreaterThan(header.getRevision());

      // It starts again with what it has.
      cluster.stop(1);
      String id = clusterId(cluster.start(1));
      assertThat(id).isNotEqualTo(oldId);

      // The others come empty and get all of it, also what the new log never had.
      for (int newcomer : new int[] {0, 2}) {
        cluster.awaitLeader();
        TestServer server = cluster.start(newcomer);
        assertThat(server.controlPlane().isReady()).isFalse();
        GroupOperator operator = new GroupOperator(cluster, 1);
        operator.add(newcomer);
        operator.promote(newcomer);
        assertThat(server.getTag("demo/app", "moved").getDigest()).isEqualTo(kept);
        assertThat(clusterId(server)).isEqualTo(id);
        assertThat(
                Files.readString(
                    cluster.config(newcomer).data().resolve("store").resolve("CURRENT")))
            .startsWith("live-")
            .isNotEqualTo("live-none");
      }
      cluster.stop(1);
      String last = digest(cluster.server(0).putTag("demo/app", "moved", "by the others"));
      assertThat(cluster.server(2).getTag("demo/app", "moved").getDigest()).isEqualTo(last);
      cluster.start(1);
      eventually(
          "the first follows",
          () -> cluster.server(1).getTag("demo/app", "moved").getDigest().equals(last));
    }
  }

  @Test
  void aSurvivorWithoutAQuorumSavesWhatItHas() throws Exception {
    Path backup = root.resolve("local.backup");
    String kept;
    try (TestCluster old = TestCluster.started(root.resolve("old"), "survivor")) {
      ExecuteReply written = old.server(2).putTag("demo/app", "t", "kept");
      kept = digest(written);
      old.stop(0);
      old.stop(1);
      BackupIT.backUp(old.server(2), true, backup);
    }
    try (TestCluster cluster = new TestCluster(root.resolve("new"), "survivor")) {
      restore(backup, cluster.config(2));
      TestServer server = cluster.start(2);
      cluster.awaitLeader();
      assertThat(server.getTag("demo/app", "t").getDigest()).isEqualTo(kept);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void serversOfTheOldClusterThatComeBackAreNotOfTheNewOne(boolean oldFirst) throws Exception {
    Path backup = root.resolve("demo.backup");
    try (TestCluster cluster = TestCluster.started(root.resolve("servers"), "ghosts")) {
      cluster.server(0).putTag("demo/app", "t", "at the backup");
      BackupIT.backUp(cluster.server(0), false, backup);
      IntStream.range(0, 3).forEach(cluster::stop);
      Path lost = cluster.config(0).data();
      Files.move(lost, lost.resolveSibling("lost"));
      restore(backup, cluster.config(0));
      if (oldFirst) {
        startOld(cluster);
      }
      TestServer restored = cluster.start(0);
      eventually("it leads", () -> cluster.leaderOf(0) == 0);
      ExecuteReply written = restored.putTag("demo/app", "t", "after the restore");
      if (!oldFirst) {
        startOld(cluster);
      }
      for (int round = 0; round < 20; round++) {
        String old = "of the old " + round;
        // They may ask the new one for their leader, and have to ask again.
        eventually(old, () -> cluster.server(1).putTag("demo/app", "t", old).getRevision() > 0);
        assertThat(restored.getTag("demo/app", "t").getDigest()).isEqualTo(digest(written));
        written = restored.putTag("demo/app", "t", "of the new " + round);
      }
      assertRefused(
          () -> new GroupOperator(cluster, 0).tryToAdd(1),
          "is of another cluster of this name",
          "empty " + cluster.config(1).data());
      assertThat(cluster.leaderOf(0)).isZero();
    }
  }

  private static void startOld(TestCluster cluster) throws IOException {
    cluster.start(1);
    cluster.start(2);
    eventually("the old ones lead themselves", () -> cluster.leaderOf(1) > 0);
  }
}

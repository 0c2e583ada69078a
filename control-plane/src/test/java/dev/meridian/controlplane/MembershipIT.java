package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.Eventually.holds;
import static dev.meridian.controlplane.GroupOperator.assertRefused;
import static dev.meridian.controlplane.GroupOperator.region;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.InspectRequest;
import dev.meridian.proto.admin.PeerInspection;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import dev.meridian.proto.metadata.ExecuteReply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions that come and go while the others go on. */
class MembershipIT {

  @TempDir Path root;

  private void delete(int server) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(region(server)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The one of the two that does not lead, once both know which one does. */
  private static int follower(TestCluster cluster, int one, int other) {
    AtomicInteger leader = new AtomicInteger();
    eventually(
        "a leader of the two",
        () -> {
          leader.set(cluster.leaderOf(one));
          return List.of(one, other).contains(leader.get())
              && cluster.leaderOf(other) == leader.get();
        });
    return leader.get() == one ? other : one;
  }

  @Test
  void aDeadRegionIsReplacedUnderWritesAndVotesUnderANewIdOnly() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "replaced");
        ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      int lost = cluster.follower();
      int writer = (lost + 1) % 3;
      int other = (lost + 2) % 3;
      cluster.server(writer).putTag("demo/app", "t", "before");
      cluster.stop(lost);
      delete(lost);
      AtomicBoolean writing = new AtomicBoolean(true);
      var writes =
          background.submit(() -> {
            for (int i = 0; writing.get(); i++) {
              cluster.server(writer).putTag("demo/app", "t", "during " + i);
            }
          });
      try {
        TestServer newcomer = cluster.start(lost);
        assertThat(newcomer.controlPlane().isReady()).isFalse();
        GroupOperator operator = new GroupOperator(cluster, other);
        // The one that it was still counts as a voter.
        assertRefused(() -> operator.tryToAdd(lost), "remove it first");
        assertRefused(
            () -> operator.tryToRemove(follower(cluster, writer, other)), "lose its quorum");
        operator.remove(lost);
        assertThat(operator.roles()).doesNotContainKey(region(lost));
        operator.add(lost);
        assertThat(new GroupOperator(cluster, writer).roles())
            .containsEntry(region(lost), "listener");
        operator.promote(lost);
        awaitVoter(cluster, lost);
        assertThat(newcomer.controlPlane().raft().status().orElseThrow().self().id())
            .matches(region(lost) + "\\.[0-9a-f]{8}");
      } finally {
        writing.set(false);
      }
      writes.get();
      ExecuteReply last = cluster.server(writer).putTag("demo/app", "t", "last");
      assertThat(cluster.server(lost).getTag("demo/app", "t").getDigest())
          .isEqualTo(last.getPutManifest().getDigest());

      // Its vote counts, also after it started again.
      cluster.stop(lost);
      cluster.start(lost);
      cluster.stop(other);
      ExecuteReply without = cluster.server(writer).putTag("demo/app", "t", "without the other");
      assertThat(cluster.server(lost).getTag("demo/app", "t").getDigest())
          .isEqualTo(without.getPutManifest().getDigest());
    }
  }

  @Test
  void aVoterBecomesAListenerAndAVoterAgain() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "demoted")) {
      int listener = cluster.follower();
      int first = (listener + 1) % 3;
      int second = (listener + 2) % 3;
      GroupOperator operator = new GroupOperator(cluster, first);
      assertRefused(
          () -> {
            int leader = cluster.awaitLeader();
            operator.tryToDemote(leader);
            // Another one was elected just then.
            operator.promote(leader);
          },
          "transfer the lead");
      operator.demote(listener);
      eventually(
          "it listens",
          () ->
              cluster.server(listener).controlPlane().raft().status().orElseThrow().role()
                  == RaftStatus.Role.LISTENER);
      ExecuteReply written = cluster.server(listener).putTag("demo/app", "t", "from a listener");
      assertThat(cluster.server(listener).getTag("demo/app", "t").getDigest())
          .isEqualTo(written.getPutManifest().getDigest());
      operator.promote(listener);
      awaitVoter(cluster, listener);
      cluster.stop(second);
      assertThat(cluster.server(first).putTag("demo/app", "t", "by two of three").getRevision())
          .isPositive();
    }
  }

  /** Waits until a server knows that it has a vote. */
  private static void awaitVoter(TestCluster cluster, int index) {
    eventually(
        "it votes",
        () ->
            List.of("follower", "leader")
                .contains(new GroupOperator(cluster, index).roles().get(region(index))));
  }

  @Test
  void theLeadGoesWhereItIsAsked() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "transferred")) {
      int next = cluster.follower();
      // Also when another one wins the election that the next leader is asked to stand for.
      eventually(
          "it leads",
          () -> {
            int leader = cluster.awaitLeader();
            if (leader != next) {
              new GroupOperator(cluster, 3 - next - leader).transferLead(next);
            }
            return cluster.awaitLeader() == next;
          });
      GroupOperator operator = new GroupOperator(cluster, (next + 1) % 3);
      assertRefused(
          () -> operator.tryToTransferLead("mars"),
          "region mars has no metadata server in the group");
    }
  }

  @Test
  void writesGoOnInEveryRegionWhileTheLeadGoesRound() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "round");
        ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean writing = new AtomicBoolean(true);
      List<Future<Integer>> writers = new ArrayList<>();
      for (int region = 0; region < 3; region++) {
        TestServer server = cluster.server(region);
        String tag = "t" + region;
        writers.add(background.submit(() -> write(server, tag, writing)));
      }
      try {
        for (int turn = 0; turn < 9; turn++) {
          int next = (cluster.awaitLeader() + 1) % 3;
          new GroupOperator(cluster, next).transferLead(next);
        }
      } finally {
        writing.set(false);
      }
      for (Future<Integer> writer : writers) {
        assertThat(writer.get()).isPositive();
      }
    }
  }

  /** Each finds the new leader by itself; returns how many there were. */
  private static int write(TestServer server, String tag, AtomicBoolean writing) {
    int written = 0;
    while (writing.get()) {
      server.putTag("demo/app", tag, tag + " " + written++);
    }
    return written;
  }

  @Test
  void aSnapshotIsTakenWhereItIsAskedFor() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "snapshot")) {
      cluster.server(0).putTag("demo/app", "t", "kept");
      for (int round = 0; round < 2; round++) {
        cluster.server(0).putTag("demo/app", "t", "kept " + round);
        var taken =
            new GroupOperator(cluster, 0)
                .raft()
                .takeSnapshot(TakeSnapshotRequest.newBuilder().setRegion(region(1)).build());
        assertThat(taken.getRegion()).isEqualTo(region(1));
        assertThat(cluster.server(1).controlPlane().raft().status().orElseThrow().snapshot())
            .isEqualTo(taken.getIndex());
      }
    }
  }

  @Test
  void anInspectionTellsWhoAnswersAndHowFast() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "inspected")) {
      int stopped = cluster.follower();
      int asked = (stopped + 1) % 3;
      cluster.stop(stopped);
      holds("it tells", () -> assertTells(new GroupOperator(cluster, asked), region(stopped)));
    }
  }

  private static void assertTells(GroupOperator operator, String stopped) {
    InspectReply seen = operator.raft().inspect(InspectRequest.getDefaultInstance());
    assertThat(seen.getCluster()).isEqualTo("inspected");
    assertThat(seen.getRegion()).isEqualTo(region(operator.asked()));
    assertThat(seen.getQuorum()).isTrue();
    assertThat(seen.getDiskFreeBytes()).isPositive().isLessThan(seen.getDiskTotalBytes());
    assertThat(seen.getPeersList()).hasSize(2);
    for (PeerInspection peer : seen.getPeersList()) {
      boolean there = !peer.getRegion().equals(stopped);
      assertThat(peer.getReachable()).isEqualTo(there);
      assertThat(peer.getError().isEmpty()).isEqualTo(there);
      assertThat(peer.getDiskTotalBytes() > 0).isEqualTo(there);
    }
    assertThat(operator.status().getMembersList())
        .filteredOn(member -> !member.getReachable())
        .singleElement()
        .satisfies(member -> assertThat(member.getRegion()).isEqualTo(stopped));
  }

  @Test
  void aRemovedServerSaysSoAndDoesNotComeBackByItself() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "removed")) {
      int removed = cluster.follower();
      new GroupOperator(cluster, (removed + 1) % 3).remove(removed);
      eventually("it has stopped", () -> !cluster.server(removed).controlPlane().isReady());
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> cluster.server(removed).quorum())
          .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
      Path directory = root.resolve(region(removed)).resolve("server.properties");
      eventually("it has noted it", () -> Files.readString(directory).contains("removed=true"));
      cluster.stop(removed);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> cluster.start(removed, Halt.process()))
          .withMessageContaining("was removed from its cluster")
          .withMessageContaining("meridianctl raft add");
    }
  }
}

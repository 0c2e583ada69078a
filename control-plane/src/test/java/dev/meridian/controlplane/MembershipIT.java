package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.decided;
import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.proto.admin.AddMemberRequest;
import dev.meridian.proto.admin.DemoteMemberRequest;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.InspectRequest;
import dev.meridian.proto.admin.PeerInspection;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RemoveMemberRequest;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import dev.meridian.proto.admin.TransferLeaderRequest;
import dev.meridian.proto.metadata.ExecuteReply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions that come and go while the others go on. */
class MembershipIT {

  @TempDir Path root;

  private static RaftServiceGrpc.RaftServiceBlockingStub raft(TestServer server) {
    return RaftServiceGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static GetRaftStatusReply status(TestServer server) {
    return raft(server).getRaftStatus(GetRaftStatusRequest.getDefaultInstance());
  }

  private static Map<String, String> roles(TestServer server) {
    return status(server).getMembersList().stream()
        .collect(Collectors.toMap(RaftMember::getRegion, RaftMember::getRole));
  }

  private static String region(int index) {
    return TestCluster.REGIONS.get(index);
  }

  private static void remove(TestServer asked, int index) {
    decided(() -> {
      var unused =
          raft(asked)
              .removeMember(RemoveMemberRequest.newBuilder().setRegion(region(index)).build());
    });
  }

  private static void add(TestServer asked, ControlPlaneConfig newcomer) {
    decided(() ->
        assertThat(
                raft(asked)
                    .addMember(
                        AddMemberRequest.newBuilder()
                            .setGrpcAddress(newcomer.grpcAddress())
                            .build())
                    .getRegion())
            .isEqualTo(newcomer.region().value()));
  }

  private static void promote(TestServer asked, String region) {
    eventually(
        region + " has caught up",
        () -> {
          var unused =
              raft(asked)
                  .promoteMember(PromoteMemberRequest.newBuilder().setRegion(region).build());
          return true;
        });
  }

  private void delete(int server) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(region(server)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void assertRefused(Runnable change, String why) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> decided(change))
        .satisfies(e -> {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
          assertThat(e.getStatus().getDescription()).contains(why);
        });
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
        // The one that it was still counts as a voter.
        assertRefused(() -> add(cluster.server(other), cluster.config(lost)), "remove it first");
        assertRefused(
            () -> remove(cluster.server(other), follower(cluster, writer, other)),
            "lose its quorum");
        remove(cluster.server(other), lost);
        assertThat(roles(cluster.server(other))).doesNotContainKey(region(lost));
        add(cluster.server(other), cluster.config(lost));
        assertThat(roles(cluster.server(writer))).containsEntry(region(lost), "listener");
        promote(cluster.server(other), region(lost));
        eventually("it votes", () -> "follower".equals(roles(newcomer).get(region(lost))));
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
      int leader = cluster.awaitLeader();
      int listener = cluster.follower();
      int third = 3 - leader - listener;
      TestServer asked = cluster.server(third);
      assertRefused(
          () ->
              raft(asked)
                  .demoteMember(DemoteMemberRequest.newBuilder().setRegion(region(leader)).build()),
          "transfer the lead");
      decided(() -> {
        var unused =
            raft(asked)
                .demoteMember(DemoteMemberRequest.newBuilder().setRegion(region(listener)).build());
      });
      eventually(
          "it listens",
          () ->
              cluster.server(listener).controlPlane().raft().status().orElseThrow().role()
                  == RaftStatus.Role.LISTENER);
      ExecuteReply written = cluster.server(listener).putTag("demo/app", "t", "from a listener");
      assertThat(cluster.server(listener).getTag("demo/app", "t").getDigest())
          .isEqualTo(written.getPutManifest().getDigest());
      promote(cluster.server(third), region(listener));
      eventually(
          "it follows",
          () -> "follower".equals(roles(cluster.server(listener)).get(region(listener))));
      cluster.stop(cluster.awaitLeader());
      int writer = listener == cluster.awaitLeader() ? listener : cluster.awaitLeader();
      assertThat(cluster.server(writer).putTag("demo/app", "t", "by two of three").getRevision())
          .isPositive();
    }
  }

  @Test
  void theLeadGoesWhereItIsAsked() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "transferred")) {
      int next = cluster.follower();
      TestServer asked = cluster.server(3 - next - cluster.awaitLeader());
      var request = TransferLeaderRequest.newBuilder().setRegion(region(next)).build();
      // Also when another one wins the election that the next leader is asked to stand for.
      decided(() -> assertThat(raft(asked).transferLeader(request).getTerm()).isPositive());
      assertThat(cluster.awaitLeader()).isEqualTo(next);
      assertRefused(
          () ->
              raft(asked)
                  .transferLeader(TransferLeaderRequest.newBuilder().setRegion("mars").build()),
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
          decided(() -> {
            var request = TransferLeaderRequest.newBuilder().setRegion(region(next)).build();
            assertThat(raft(cluster.server(next)).transferLeader(request).getTerm()).isPositive();
          });
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
            raft(cluster.server(0))
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
      TestServer asked = cluster.server((stopped + 1) % 3);
      cluster.stop(stopped);
      InspectReply seen = raft(asked).inspect(InspectRequest.getDefaultInstance());
      assertThat(seen.getCluster()).isEqualTo("inspected");
      assertThat(seen.getRegion()).isEqualTo(region((stopped + 1) % 3));
      assertThat(seen.getQuorum()).isTrue();
      assertThat(seen.getDiskFreeBytes()).isPositive().isLessThan(seen.getDiskTotalBytes());
      assertThat(seen.getPeersList()).hasSize(2);
      for (PeerInspection peer : seen.getPeersList()) {
        boolean there = !peer.getRegion().equals(region(stopped));
        assertThat(peer.getReachable()).isEqualTo(there);
        assertThat(peer.getError().isEmpty()).isEqualTo(there);
        assertThat(peer.getDiskTotalBytes() > 0).isEqualTo(there);
      }
      GetRaftStatusReply status = status(asked);
      assertThat(status.getMembersList())
          .filteredOn(member -> !member.getReachable())
          .singleElement()
          .satisfies(member -> assertThat(member.getRegion()).isEqualTo(region(stopped)));
    }
  }

  @Test
  void aRemovedServerSaysSoAndDoesNotComeBackByItself() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "removed")) {
      int leader = cluster.awaitLeader();
      int removed = cluster.follower();
      remove(cluster.server(leader), removed);
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

package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.AddMemberRequest;
import dev.meridian.proto.admin.DemoteMemberRequest;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RemoveMemberRequest;
import dev.meridian.proto.admin.TransferLeaderRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Somebody who changes the group of a test's servers by asking one of them. On a busy machine a
 * change is refused for a while, as during an election or while a member is slow to answer: each is
 * asked for until it is made.
 *
 * @param asked index of the server
 */
record GroupOperator(TestCluster cluster, int asked) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static String region(int index) {
    return TestCluster.REGIONS.get(index);
  }

  /** The service itself, which is asked once. */
  RaftServiceGrpc.RaftServiceBlockingStub raft() {
    return RaftServiceGrpc.newBlockingStub(cluster.server(asked).channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  GetRaftStatusReply status() {
    return raft().getRaftStatus(GetRaftStatusRequest.getDefaultInstance());
  }

  /** What each region's server is at the moment. */
  Map<String, String> roles() {
    return status().getMembersList().stream()
        .collect(Collectors.toMap(RaftMember::getRegion, RaftMember::getRole));
  }

  /** Adds a server that waits, as a listener. */
  void add(int newcomer) {
    untilMade(
        "added",
        newcomer,
        () -> assertThat(tryToAdd(newcomer)).as("who was added").isEqualTo(region(newcomer)));
  }

  /** Asks for it once; the region that was added. */
  String tryToAdd(int newcomer) {
    return raft()
        .addMember(
            AddMemberRequest.newBuilder()
                .setGrpcAddress(cluster.config(newcomer).grpcAddress())
                .build())
        .getRegion();
  }

  /** Makes a listener a voter as soon as it has caught up. */
  void promote(int listener) {
    var request = PromoteMemberRequest.newBuilder().setRegion(region(listener)).build();
    untilMade("promoted", listener, () -> raft().promoteMember(request));
  }

  /** Makes a voter a listener. */
  void demote(int voter) {
    untilMade(
        "demoted",
        voter,
        () -> {
          takeTheLeadFrom(voter);
          tryToDemote(voter);
        });
  }

  void tryToDemote(int voter) {
    var unused =
        raft().demoteMember(DemoteMemberRequest.newBuilder().setRegion(region(voter)).build());
  }

  void remove(int leaver) {
    untilMade(
        "removed",
        leaver,
        () -> {
          takeTheLeadFrom(leaver);
          try {
            tryToRemove(leaver);
          } catch (StatusRuntimeException e) {
            // The attempt before may have been made without an answer.
            if (!e.getMessage().contains("has no metadata server in the group")) {
              throw e;
            }
          }
        });
  }

  void tryToRemove(int leaver) {
    var unused =
        raft().removeMember(RemoveMemberRequest.newBuilder().setRegion(region(leaver)).build());
  }

  /** Makes a server the leader; another one may be elected the next moment. */
  void transferLead(int next) {
    untilMade("leader", next, () -> tryToTransferLead(region(next)));
  }

  void tryToTransferLead(String next) {
    assertThat(
            raft()
                .transferLeader(TransferLeaderRequest.newBuilder().setRegion(next).build())
                .getTerm())
        .isPositive();
  }

  /** The one that leads cannot leave, and any may have been elected since it was chosen. */
  private void takeTheLeadFrom(int leaver) {
    if (cluster.leaderOf(asked) == leaver) {
      tryToTransferLead(region(asked));
    }
  }

  private static void untilMade(String what, int member, Runnable change) {
    eventually(
        region(member) + " is " + what,
        PATIENCE,
        () -> {
          change.run();
          return true;
        });
  }

  /** Fails when a change is not refused for these reasons, other than for what passes. */
  static void assertRefused(Runnable change, String... reasons) {
    eventually(
        "it is refused since " + String.join(", ", reasons),
        PATIENCE,
        () -> {
          try {
            change.run();
            return false;
          } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(e.getStatus().getDescription()).contains(reasons);
            return true;
          }
        });
  }
}

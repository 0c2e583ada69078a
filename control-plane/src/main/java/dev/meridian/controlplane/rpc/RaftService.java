package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.controlplane.raft.UnavailableException;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Locale;

/** What operators ask of the group of metadata servers. */
final class RaftService extends RaftServiceGrpc.RaftServiceImplBase {

  private final RegionId region;
  private final RaftNode raft;

  RaftService(RegionId region, RaftNode raft) {
    this.region = region;
    this.raft = raft;
  }

  /** The group as this server sees it; the contact of the others is known to the leader only. */
  @Override
  public void getRaftStatus(
      GetRaftStatusRequest request, StreamObserver<GetRaftStatusReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            raft.status()
                .map(this::describe)
                .orElseThrow(() -> new UnavailableException("the server is not running")));
  }

  private GetRaftStatusReply describe(RaftStatus status) {
    GetRaftStatusReply.Builder reply =
        GetRaftStatusReply.newBuilder()
            .setLeader(status.leader().map(RegionId::value).orElse(""))
            .setTerm(status.term());
    for (RaftStatus.Member member : status.members()) {
      reply.addMembers(describe(status, member));
    }
    return reply.build();
  }

  private RaftMember describe(RaftStatus status, RaftStatus.Member member) {
    RaftMember.Builder described =
        RaftMember.newBuilder()
            .setRegion(member.region().value())
            .setAddress(member.address())
            .setCommit(member.commit())
            .setLagEntries(Math.max(0, status.commit() - member.commit()))
            .setLastContactMs(member.lastContact().map(Duration::toMillis).orElse(0L));
    if (member.region().equals(region)) {
      described
          .setRole(name(status.role()))
          .setCommit(status.commit())
          .setApplied(status.applied())
          .setLagEntries(Math.max(0, status.commit() - status.applied()))
          .setSnapshot(Math.max(0, status.snapshot()));
    } else {
      boolean leads = status.leader().filter(member.region()::equals).isPresent();
      described.setRole(name(leads ? RaftStatus.Role.LEADER : RaftStatus.Role.FOLLOWER));
    }
    return described.build();
  }

  private static String name(RaftStatus.Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}

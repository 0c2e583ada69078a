package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.cluster.PeerServer;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.disk.ChangeRefusedException;
import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.controlplane.rpc.calls.Forwarded;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.AddMemberReply;
import dev.meridian.proto.admin.AddMemberRequest;
import dev.meridian.proto.admin.DemoteMemberReply;
import dev.meridian.proto.admin.DemoteMemberRequest;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.InspectRequest;
import dev.meridian.proto.admin.PromoteMemberReply;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RaftServiceGrpc.RaftServiceBlockingStub;
import dev.meridian.proto.admin.RemoveMemberReply;
import dev.meridian.proto.admin.RemoveMemberRequest;
import dev.meridian.proto.admin.TakeSnapshotReply;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import dev.meridian.proto.admin.TransferLeaderReply;
import dev.meridian.proto.admin.TransferLeaderRequest;
import dev.meridian.proto.metadata.IntroduceReply;
import dev.meridian.proto.metadata.PrepareToJoinReply;
import dev.meridian.proto.metadata.PrepareToJoinRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * What operators ask of the group of metadata servers. What the leader must do, it is asked to do
 * by the server that received the call; it does not pass it on again.
 */
final class RaftService extends RaftServiceGrpc.RaftServiceImplBase {

  private static final Duration CHANGE = Duration.ofSeconds(30);

  /** The newcomer receives the store before it counts as a member. */
  private static final Duration ADD = Duration.ofHours(6);

  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** A newcomer that was only just started may not listen yet. */
  private static final Duration START = Duration.ofSeconds(15);

  /** Another one in less would only hide why the last one failed. */
  private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final RaftNode raft;
  private final Peers peers;
  private final MemberStatuses statuses;
  private final Inspection inspection;
  private final AuditNotes audit;

  RaftService(
      RaftNode raft,
      Peers peers,
      MemberStatuses statuses,
      Inspection inspection,
      AuditNotes audit) {
    this.raft = raft;
    this.peers = peers;
    this.statuses = statuses;
    this.inspection = inspection;
    this.audit = audit;
  }

  @Override
  public void getRaftStatus(
      GetRaftStatusRequest request, StreamObserver<GetRaftStatusReply> reply) {
    UnaryCall.answer(reply, statuses::group);
  }

  @Override
  public void transferLeader(
      TransferLeaderRequest request, StreamObserver<TransferLeaderReply> reply) {
    change(
        reply,
        audit.of("raft.transfer_leader", request.getRegion(), ""),
        CHANGE,
        stub -> stub.transferLeader(request),
        deadline ->
            TransferLeaderReply.newBuilder()
                .setTerm(
                    raft.changes()
                        .transferLeader(RequestFields.region(request.getRegion()), deadline))
                .build());
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<AddMemberReply> reply) {
    change(
        reply,
        audit.of("raft.add", request.getGrpcAddress(), request.getRegion()),
        ADD,
        stub -> stub.addMember(request),
        deadline -> addMember(request, deadline));
  }

  private AddMemberReply addMember(AddMemberRequest request, Deadline deadline) {
    try (PeerServer newcomer = peers.at(request.getGrpcAddress())) {
      IntroduceReply who = introduction(newcomer, deadline.atMost(START));
      RegionId region = RequestFields.region(who.getRegion());
      checkNewcomer(request, who);
      PrepareToJoinRequest.Builder group =
          PrepareToJoinRequest.newBuilder().setGroupId(raft.groupId().toString());
      raft.status().stream()
          .flatMap(status -> status.members().stream())
          .map(RaftStatus.Member::member)
          .forEach(member -> group.addMembers(MemberStatuses.member(member)));
      boolean known =
          group.getMembersList().stream()
              .anyMatch(member -> MemberStatuses.region(member.getMemberId()).equals(region));
      if (!known || who.getState() != IntroduceReply.State.MEMBER) {
        raft.changes().requireVacant(region);
      }
      PrepareToJoinReply ready = newcomer.prepareToJoin(group.build(), deadline.atMost(CHANGE));
      GroupMember listener = MemberStatuses.member(ready.getMember());
      raft.changes().add(listener, deadline);
      return AddMemberReply.newBuilder().setRegion(region.value()).build();
    } catch (StatusRuntimeException e) {
      throw new ChangeRefusedException(
          "the metadata server at "
              + request.getGrpcAddress()
              + " cannot be added: "
              + e.getStatus().getCode()
              + (e.getStatus().getDescription() == null
                  ? ""
                  : ", " + e.getStatus().getDescription())
              + (e.getCause() == null ? "" : ", " + e.getCause().getMessage()));
    }
  }

  private static IntroduceReply introduction(PeerServer newcomer, Deadline end) {
    while (true) {
      try {
        return newcomer.introduce(end.atMost(ANSWER));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
            || end.remaining().compareTo(SHORTEST_ATTEMPT) < 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        newcomer.resetBackoff();
      }
    }
  }

  private static void checkNewcomer(AddMemberRequest request, IntroduceReply who) {
    if (!request.getRegion().isEmpty() && !request.getRegion().equals(who.getRegion())) {
      throw new ChangeRefusedException(
          "the metadata server at "
              + request.getGrpcAddress()
              + " is of region "
              + who.getRegion()
              + ", not of "
              + request.getRegion());
    }
    if (who.getState() == IntroduceReply.State.REMOVED) {
      throw new ChangeRefusedException(
          "the metadata server at "
              + request.getGrpcAddress()
              + " was removed from its cluster: empty its data directory and start it again first");
    }
    if (who.getState() == IntroduceReply.State.FOUNDING) {
      throw new ChangeRefusedException(
          "the metadata server at "
              + request.getGrpcAddress()
              + " is about to found a cluster of its own: empty its data directory first");
    }
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberReply> reply) {
    change(
        reply,
        audit.of("raft.remove", request.getRegion(), ""),
        CHANGE,
        stub -> stub.removeMember(request),
        deadline -> {
          raft.changes().remove(RequestFields.region(request.getRegion()), deadline);
          return RemoveMemberReply.getDefaultInstance();
        });
  }

  @Override
  public void promoteMember(
      PromoteMemberRequest request, StreamObserver<PromoteMemberReply> reply) {
    change(
        reply,
        audit.of("raft.promote", request.getRegion(), ""),
        CHANGE,
        stub -> stub.promoteMember(request),
        deadline -> {
          raft.changes().promote(RequestFields.region(request.getRegion()), deadline);
          return PromoteMemberReply.getDefaultInstance();
        });
  }

  @Override
  public void demoteMember(DemoteMemberRequest request, StreamObserver<DemoteMemberReply> reply) {
    change(
        reply,
        audit.of("raft.demote", request.getRegion(), ""),
        CHANGE,
        stub -> stub.demoteMember(request),
        deadline -> {
          raft.changes().demote(RequestFields.region(request.getRegion()), deadline);
          return DemoteMemberReply.getDefaultInstance();
        });
  }

  @Override
  public void takeSnapshot(TakeSnapshotRequest request, StreamObserver<TakeSnapshotReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Deadline deadline = UnaryCall.deadline(CHANGE);
          RegionId own = raft.region();
          RegionId asked =
              request.getRegion().isEmpty() ? own : RequestFields.region(request.getRegion());
          if (!asked.equals(own)) {
            return stub(server(asked), deadline).takeSnapshot(request);
          }
          return TakeSnapshotReply.newBuilder()
              .setRegion(own.value())
              .setIndex(raft.changes().takeSnapshot(deadline))
              .build();
        });
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<InspectReply> reply) {
    UnaryCall.answer(reply, () -> inspection.inspect(UnaryCall.deadline(ANSWER)));
  }

  /** Changes the group, and audits it where the operator asked for it. */
  private <T> void change(
      StreamObserver<T> reply,
      AuditNotes.Note note,
      Duration longest,
      Function<RaftServiceBlockingStub, T> remote,
      Function<Deadline, T> local) {
    UnaryCall.answer(
        reply,
        () -> {
          T answer = atLeader(UnaryCall.deadline(longest), remote, local);
          if (!Forwarded.isForwarded()) {
            audit.tryToWrite(note, UnaryCall.deadline(UnaryCall.COMMAND));
          }
          return answer;
        });
  }

  /** Asks this server when it leads, else the leader. */
  private <T> T atLeader(
      Deadline deadline, Function<RaftServiceBlockingStub, T> remote, Function<Deadline, T> local) {
    RaftStatus status =
        raft.status().orElseThrow(() -> new UnavailableException("the server is in no group yet"));
    if (status.isLeader()) {
      return local.apply(deadline);
    }
    if (Forwarded.isForwarded()) {
      throw new UnavailableException("the leader has just changed: try again");
    }
    RegionId leader =
        status
            .leader()
            .orElseThrow(() -> new UnavailableException("there is no leader at the moment"));
    try {
      return remote.apply(Forwarded.mark(stub(server(leader), deadline)));
    } catch (StatusRuntimeException e) {
      throw neverSent(e)
          ? new UnavailableException(
              "the metadata server of " + leader + ", the leader, does not answer", e)
          : e;
    }
  }

  /** A leader that has died is known as such until another one is elected. */
  private static boolean neverSent(StatusRuntimeException e) {
    return e.getCause() instanceof ConnectException
        || e.getCause() instanceof NoRouteToHostException;
  }

  private PeerServer server(RegionId region) {
    return peers
        .of(region)
        .orElseThrow(() ->
            new ChangeRefusedException(
                "the metadata server of " + region + " has not announced its address"));
  }

  private static RaftServiceBlockingStub stub(PeerServer server, Deadline deadline) {
    return RaftServiceGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
  }
}

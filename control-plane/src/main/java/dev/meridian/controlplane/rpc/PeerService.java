package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.ClusterEntry;
import dev.meridian.controlplane.cluster.NodeSessions;
import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.admin.MemberStatuses;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import dev.meridian.proto.metadata.AwaitRevisionRequest;
import dev.meridian.proto.metadata.GetMemberStatusReply;
import dev.meridian.proto.metadata.GetMemberStatusRequest;
import dev.meridian.proto.metadata.IntroduceReply;
import dev.meridian.proto.metadata.IntroduceRequest;
import dev.meridian.proto.metadata.ListNodeReportsReply;
import dev.meridian.proto.metadata.ListNodeReportsRequest;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import dev.meridian.proto.metadata.PrepareToJoinReply;
import dev.meridian.proto.metadata.PrepareToJoinRequest;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** Answers the other metadata servers. */
final class PeerService extends PeerServiceGrpc.PeerServiceImplBase {

  private final RaftNode raft;
  private final ClusterEntry entry;
  private final MemberStatuses statuses;
  private final NodeSessions sessions;

  PeerService(RaftNode raft, ClusterEntry entry, MemberStatuses statuses, NodeSessions sessions) {
    this.raft = raft;
    this.entry = entry;
    this.statuses = statuses;
    this.sessions = sessions;
  }

  @Override
  public void awaitRevision(
      AwaitRevisionRequest request, StreamObserver<AwaitRevisionReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Deadline deadline =
              UnaryCall.deadline(UnaryCall.QUERY)
                  .atMost(Duration.ofMillis(Math.max(0, request.getTimeoutMs())));
          raft.applied().reach(request.getRevision(), deadline);
          return AwaitRevisionReply.newBuilder().setApplied(raft.applied().current()).build();
        });
  }

  @Override
  public void introduce(IntroduceRequest request, StreamObserver<IntroduceReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            IntroduceReply.newBuilder()
                .setState(entry.state())
                .setRegion(raft.region().value())
                .build());
  }

  @Override
  public void prepareToJoin(
      PrepareToJoinRequest request, StreamObserver<PrepareToJoinReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          List<GroupMember> members =
              request.getMembersList().stream().map(MemberStatuses::member).toList();
          return PrepareToJoinReply.newBuilder()
              .setMember(
                  MemberStatuses.member(
                      entry.join(RequestFields.groupId(request.getGroupId()), members)))
              .setRegion(raft.region().value())
              .build();
        });
  }

  @Override
  public void getMemberStatus(
      GetMemberStatusRequest request, StreamObserver<GetMemberStatusReply> reply) {
    UnaryCall.answer(reply, statuses::own);
  }

  @Override
  public void listNodeReports(
      ListNodeReportsRequest request, StreamObserver<ListNodeReportsReply> reply) {
    UnaryCall.answer(
        reply, () -> ListNodeReportsReply.newBuilder().addAllReports(sessions.reports()).build());
  }
}

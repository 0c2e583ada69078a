package dev.meridian.controlplane.cli;

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
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RemoveMemberReply;
import dev.meridian.proto.admin.RemoveMemberRequest;
import dev.meridian.proto.admin.TakeSnapshotReply;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import dev.meridian.proto.admin.TransferLeaderReply;
import dev.meridian.proto.admin.TransferLeaderRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** A group whose members a test sets; each look at it goes on to the next status, to the last. */
final class FakeRaft extends RaftServiceGrpc.RaftServiceImplBase {

  static final String WAITING = "127.0.0.1:5203";

  /** What was asked for, in a word. */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private final List<Supplier<GetRaftStatusReply>> statuses = new ArrayList<>();
  private Supplier<InspectReply> inspection = InspectReply::getDefaultInstance;
  private int looks;

  /** us-east leads at entry {@code commit}, beside it are these. */
  FakeRaft status(long commit, RaftMember... others) {
    statuses.add(() ->
        GetRaftStatusReply.newBuilder()
            .setLeader("us-east")
            .setTerm(3)
            .addMembers(member("us-east", "leader", commit, commit).setSnapshot(1000))
            .addAllMembers(List.of(others))
            .build());
    return this;
  }

  FakeRaft leaderless() {
    statuses.add(() ->
        GetRaftStatusReply.newBuilder().addMembers(member("us-east", "candidate", 50, 50)).build());
    return this;
  }

  FakeRaft fails(StatusRuntimeException failure) {
    statuses.add(() -> {
      throw failure;
    });
    return this;
  }

  /** Made when it is asked for: it tells the time. */
  FakeRaft inspection(Supplier<InspectReply> reply) {
    inspection = reply;
    return this;
  }

  static RaftMember.Builder member(String region, String role, long commit, long applied) {
    return RaftMember.newBuilder()
        .setRegion(region)
        .setRole(role)
        .setCommit(commit)
        .setApplied(applied)
        .setAddress("127.0.0.1:5300")
        .setGrpcAddress("127.0.0.1:5200")
        .setReachable(true);
  }

  static RaftMember listener(long applied) {
    return member("sa-east", "listener", applied, applied).setGrpcAddress(WAITING).build();
  }

  @Override
  public synchronized void getRaftStatus(
      GetRaftStatusRequest request, StreamObserver<GetRaftStatusReply> reply) {
    Supplier<GetRaftStatusReply> status = statuses.get(Math.min(looks, statuses.size() - 1));
    looks++;
    FakeServer.answer(reply, status);
  }

  synchronized int looks() {
    return looks;
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<InspectReply> reply) {
    FakeServer.answer(reply, inspection);
  }

  @Override
  public void transferLeader(
      TransferLeaderRequest request, StreamObserver<TransferLeaderReply> reply) {
    asked.add("transfer " + request.getRegion());
    FakeServer.answer(reply, () -> TransferLeaderReply.newBuilder().setTerm(4).build());
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<AddMemberReply> reply) {
    asked.add("add " + request.getGrpcAddress() + " " + request.getRegion());
    FakeServer.answer(reply, () -> AddMemberReply.newBuilder().setRegion("sa-east").build());
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberReply> reply) {
    asked.add("remove " + request.getRegion());
    FakeServer.answer(reply, RemoveMemberReply::getDefaultInstance);
  }

  @Override
  public void promoteMember(
      PromoteMemberRequest request, StreamObserver<PromoteMemberReply> reply) {
    asked.add("promote " + request.getRegion());
    FakeServer.answer(reply, PromoteMemberReply::getDefaultInstance);
  }

  @Override
  public void demoteMember(DemoteMemberRequest request, StreamObserver<DemoteMemberReply> reply) {
    asked.add("demote " + request.getRegion());
    FakeServer.answer(reply, DemoteMemberReply::getDefaultInstance);
  }

  @Override
  public void takeSnapshot(TakeSnapshotRequest request, StreamObserver<TakeSnapshotReply> reply) {
    asked.add("snapshot " + request.getRegion());
    FakeServer.answer(
        reply, () -> TakeSnapshotReply.newBuilder().setRegion("us-east").setIndex(77).build());
  }
}

package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.proto.admin.DeletePolicyReply;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.ListPoliciesReply;
import dev.meridian.proto.admin.ListPoliciesRequest;
import dev.meridian.proto.admin.PolicyServiceGrpc;
import dev.meridian.proto.admin.SetPolicyReply;
import dev.meridian.proto.admin.SetPolicyRequest;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.stub.StreamObserver;

/** Where operators want copies. Reads are linearizable. */
final class PolicyService extends PolicyServiceGrpc.PolicyServiceImplBase {

  private final AdminPreparer preparer;
  private final Commands commands;
  private final Reads reads;

  PolicyService(AdminPreparer preparer, Commands commands, Reads reads) {
    this.preparer = preparer;
    this.commands = commands;
    this.reads = reads;
  }

  @Override
  public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var found =
              reads.list(
                  ReadOptions.getDefaultInstance(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.forReplication().policies());
          return ListPoliciesReply.newBuilder()
              .setRevision(found.revision())
              .addAllPolicies(found.value().stream().map(AdminReplies::policy).toList())
              .build();
        });
  }

  @Override
  public void setPolicy(SetPolicyRequest request, StreamObserver<SetPolicyReply> reply) {
    UnaryCall.answer(
        reply,
        () -> SetPolicyReply.newBuilder().setRevision(run(preparer.prepare(request))).build());
  }

  @Override
  public void deletePolicy(DeletePolicyRequest request, StreamObserver<DeletePolicyReply> reply) {
    UnaryCall.answer(
        reply,
        () -> DeletePolicyReply.newBuilder().setRevision(run(preparer.prepare(request))).build());
  }

  private long run(PreparedCommand command) {
    return commands.run(command, UnaryCall.deadline(UnaryCall.COMMAND)).getRevision();
  }
}

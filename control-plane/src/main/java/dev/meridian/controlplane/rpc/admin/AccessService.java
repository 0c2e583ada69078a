package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.prepare.AccessPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.controlplane.rpc.login.Rights;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.AddRobotSecretReply;
import dev.meridian.proto.admin.AddRobotSecretRequest;
import dev.meridian.proto.admin.ChangeMembershipReply;
import dev.meridian.proto.admin.ChangeMembershipRequest;
import dev.meridian.proto.admin.ChangePasswordReply;
import dev.meridian.proto.admin.ChangePasswordRequest;
import dev.meridian.proto.admin.CreateGroupReply;
import dev.meridian.proto.admin.CreateGroupRequest;
import dev.meridian.proto.admin.CreateRobotReply;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserReply;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.DeleteAccountReply;
import dev.meridian.proto.admin.DeleteAccountRequest;
import dev.meridian.proto.admin.DeleteGrantReply;
import dev.meridian.proto.admin.DeleteGrantRequest;
import dev.meridian.proto.admin.DeleteGroupReply;
import dev.meridian.proto.admin.DeleteGroupRequest;
import dev.meridian.proto.admin.DeleteTagRuleReply;
import dev.meridian.proto.admin.DeleteTagRuleRequest;
import dev.meridian.proto.admin.DeleteVisibilityReply;
import dev.meridian.proto.admin.DeleteVisibilityRequest;
import dev.meridian.proto.admin.DisableAccountReply;
import dev.meridian.proto.admin.DisableAccountRequest;
import dev.meridian.proto.admin.ExplainAccessReply;
import dev.meridian.proto.admin.ExplainAccessRequest;
import dev.meridian.proto.admin.GetAccountReply;
import dev.meridian.proto.admin.GetAccountRequest;
import dev.meridian.proto.admin.ListAccountsReply;
import dev.meridian.proto.admin.ListAccountsRequest;
import dev.meridian.proto.admin.ListAuditReply;
import dev.meridian.proto.admin.ListAuditRequest;
import dev.meridian.proto.admin.ListGrantsReply;
import dev.meridian.proto.admin.ListGrantsRequest;
import dev.meridian.proto.admin.ListGroupsReply;
import dev.meridian.proto.admin.ListGroupsRequest;
import dev.meridian.proto.admin.ListMembersReply;
import dev.meridian.proto.admin.ListMembersRequest;
import dev.meridian.proto.admin.ListTagRulesReply;
import dev.meridian.proto.admin.ListTagRulesRequest;
import dev.meridian.proto.admin.ListVisibilitiesReply;
import dev.meridian.proto.admin.ListVisibilitiesRequest;
import dev.meridian.proto.admin.RemoveRobotSecretReply;
import dev.meridian.proto.admin.RemoveRobotSecretRequest;
import dev.meridian.proto.admin.RotateSigningKeyReply;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import dev.meridian.proto.admin.SetGrantReply;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleReply;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityReply;
import dev.meridian.proto.admin.SetVisibilityRequest;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Who may do what, as operators see and change it. Changes are decided in apply. */
final class AccessService extends AccessServiceGrpc.AccessServiceImplBase {

  private final AccessPreparer preparer;
  private final Commands commands;
  private final AccessAnswers answers;
  private final Rights rights;

  AccessService(
      Operators operators, Commands commands, Reads reads, RegionId region, InstantSource clock) {
    this.preparer = operators.access();
    this.commands = commands;
    this.rights = operators.login().rights();
    this.answers = new AccessAnswers(rights, reads, region, clock);
  }

  @Override
  public void createUser(CreateUserRequest request, StreamObserver<CreateUserReply> reply) {
    change(
        reply,
        () -> {
          // Before a password is hashed: others wait meanwhile until theirs is looked at.
          rights.requireAll();
          return preparer.prepare(request);
        },
        revision -> CreateUserReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void changePassword(
      ChangePasswordRequest request, StreamObserver<ChangePasswordReply> reply) {
    change(
        reply,
        () -> {
          if (!rights.isCaller(request.getName())) {
            rights.requireAll();
          }
          return preparer.prepare(request);
        },
        revision -> ChangePasswordReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void createRobot(CreateRobotRequest request, StreamObserver<CreateRobotReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> CreateRobotReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void addRobotSecret(
      AddRobotSecretRequest request, StreamObserver<AddRobotSecretReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> AddRobotSecretReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void removeRobotSecret(
      RemoveRobotSecretRequest request, StreamObserver<RemoveRobotSecretReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> RemoveRobotSecretReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void disableAccount(
      DisableAccountRequest request, StreamObserver<DisableAccountReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DisableAccountReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void deleteAccount(
      DeleteAccountRequest request, StreamObserver<DeleteAccountReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DeleteAccountReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void createGroup(CreateGroupRequest request, StreamObserver<CreateGroupReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> CreateGroupReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void deleteGroup(DeleteGroupRequest request, StreamObserver<DeleteGroupReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DeleteGroupReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void changeMembership(
      ChangeMembershipRequest request, StreamObserver<ChangeMembershipReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> ChangeMembershipReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void setGrant(SetGrantRequest request, StreamObserver<SetGrantReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> SetGrantReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void deleteGrant(DeleteGrantRequest request, StreamObserver<DeleteGrantReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DeleteGrantReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void setVisibility(
      SetVisibilityRequest request, StreamObserver<SetVisibilityReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> SetVisibilityReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void deleteVisibility(
      DeleteVisibilityRequest request, StreamObserver<DeleteVisibilityReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DeleteVisibilityReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void setTagRule(SetTagRuleRequest request, StreamObserver<SetTagRuleReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> SetTagRuleReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void deleteTagRule(
      DeleteTagRuleRequest request, StreamObserver<DeleteTagRuleReply> reply) {
    change(
        reply,
        () -> preparer.prepare(request),
        revision -> DeleteTagRuleReply.newBuilder().setRevision(revision).build());
  }

  @Override
  public void rotateSigningKey(
      RotateSigningKeyRequest request, StreamObserver<RotateSigningKeyReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          PreparedCommand prepared = preparer.prepare(request);
          return RotateSigningKeyReply.newBuilder()
              .setRevision(run(prepared))
              .setKeyId(AccessPreparer.keyId(prepared))
              .build();
        });
  }

  @Override
  public void listAccounts(ListAccountsRequest request, StreamObserver<ListAccountsReply> reply) {
    UnaryCall.answer(reply, () -> answers.listAccounts(request));
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<GetAccountReply> reply) {
    UnaryCall.answer(reply, () -> answers.getAccount(request));
  }

  @Override
  public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsReply> reply) {
    UnaryCall.answer(reply, () -> answers.listGroups(request));
  }

  @Override
  public void listMembers(ListMembersRequest request, StreamObserver<ListMembersReply> reply) {
    UnaryCall.answer(reply, () -> answers.listMembers(request));
  }

  @Override
  public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsReply> reply) {
    UnaryCall.answer(reply, () -> answers.listGrants(request));
  }

  @Override
  public void listVisibilities(
      ListVisibilitiesRequest request, StreamObserver<ListVisibilitiesReply> reply) {
    UnaryCall.answer(reply, () -> answers.listVisibilities(request));
  }

  @Override
  public void listTagRules(ListTagRulesRequest request, StreamObserver<ListTagRulesReply> reply) {
    UnaryCall.answer(reply, () -> answers.listTagRules(request));
  }

  @Override
  public void explainAccess(
      ExplainAccessRequest request, StreamObserver<ExplainAccessReply> reply) {
    UnaryCall.answer(reply, () -> answers.explainAccess(request));
  }

  @Override
  public void listAudit(ListAuditRequest request, StreamObserver<ListAuditReply> reply) {
    UnaryCall.answer(reply, () -> answers.listAudit(request));
  }

  private <T> void change(
      StreamObserver<T> reply, Supplier<PreparedCommand> prepared, LongFunction<T> answer) {
    UnaryCall.answer(reply, () -> answer.apply(run(prepared.get())));
  }

  private long run(PreparedCommand command) {
    return commands.run(command, UnaryCall.deadline(UnaryCall.COMMAND)).getRevision();
  }
}

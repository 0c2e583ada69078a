package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.FakeServer.answer;

import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.Account;
import dev.meridian.proto.admin.AddRobotSecretReply;
import dev.meridian.proto.admin.AddRobotSecretRequest;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.ChangePasswordReply;
import dev.meridian.proto.admin.ChangePasswordRequest;
import dev.meridian.proto.admin.CreateRobotReply;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserReply;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.DeleteGrantReply;
import dev.meridian.proto.admin.DeleteGrantRequest;
import dev.meridian.proto.admin.ExplainAccessReply;
import dev.meridian.proto.admin.ExplainAccessRequest;
import dev.meridian.proto.admin.GetAccountReply;
import dev.meridian.proto.admin.GetAccountRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAccountsReply;
import dev.meridian.proto.admin.ListAccountsRequest;
import dev.meridian.proto.admin.ListAuditReply;
import dev.meridian.proto.admin.ListAuditRequest;
import dev.meridian.proto.admin.ListGrantsReply;
import dev.meridian.proto.admin.ListGrantsRequest;
import dev.meridian.proto.admin.ListMembersReply;
import dev.meridian.proto.admin.ListMembersRequest;
import dev.meridian.proto.admin.ListRegionsReply;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.RemoveRobotSecretReply;
import dev.meridian.proto.admin.RemoveRobotSecretRequest;
import dev.meridian.proto.admin.RotateSigningKeyReply;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import dev.meridian.proto.admin.Secret;
import dev.meridian.proto.admin.SetGrantReply;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleReply;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityReply;
import dev.meridian.proto.admin.SetVisibilityRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The access service, as far as tests of the command line need it. */
final class FakeAccess extends AccessServiceGrpc.AccessServiceImplBase {

  static final Grant GRANT =
      Grant.newBuilder()
          .setSubject("alice")
          .setPattern("team/*")
          .addActions("pull")
          .addActions("push")
          .build();

  final List<String> logins = new CopyOnWriteArrayList<>();
  final List<String> existing = new CopyOnWriteArrayList<>();
  final List<CreateUserRequest> created = new CopyOnWriteArrayList<>();
  final List<ChangePasswordRequest> passwords = new CopyOnWriteArrayList<>();
  final List<SetGrantRequest> grants = new CopyOnWriteArrayList<>();
  final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
  volatile CreateRobotRequest robot;
  volatile SetVisibilityRequest visibility;
  volatile ExplainAccessRequest explained;
  volatile RotateSigningKeyRequest rotated;

  @Override
  public void listAccounts(ListAccountsRequest request, StreamObserver<ListAccountsReply> reply) {
    answer(
        reply,
        () ->
            ListAccountsReply.newBuilder()
                .addAccounts(
                    request.getKind() == ListAccountsRequest.Kind.ROBOT ? robotAccount() : alice())
                .build());
  }

  private static Account alice() {
    return Account.newBuilder()
        .setName("alice")
        .addGroups("dev")
        .setCreated(FakeServer.TIME)
        .setCreatedBy("admin")
        .build();
  }

  private static Account robotAccount() {
    return Account.newBuilder()
        .setName("robot.ci")
        .setRobot(true)
        .setExpires(FakeServer.TIME)
        .setCreated(FakeServer.TIME)
        .addSecrets(Secret.newBuilder().setId("abcd"))
        .build();
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<GetAccountReply> reply) {
    answer(reply, () -> GetAccountReply.newBuilder().setAccount(alice()).build());
  }

  @Override
  public void listMembers(ListMembersRequest request, StreamObserver<ListMembersReply> reply) {
    answer(
        reply,
        () -> ListMembersReply.newBuilder().addAccounts("alice").addAccounts("robot.ci").build());
  }

  @Override
  public void createUser(CreateUserRequest request, StreamObserver<CreateUserReply> reply) {
    if (existing.contains(request.getName())) {
      reply.onError(Status.ALREADY_EXISTS.withDescription("the account exists").asException());
      return;
    }
    created.add(request);
    answer(reply, () -> CreateUserReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void changePassword(
      ChangePasswordRequest request, StreamObserver<ChangePasswordReply> reply) {
    passwords.add(request);
    answer(reply, () -> ChangePasswordReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void createRobot(CreateRobotRequest request, StreamObserver<CreateRobotReply> reply) {
    robot = request;
    answer(reply, () -> CreateRobotReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void addRobotSecret(
      AddRobotSecretRequest request, StreamObserver<AddRobotSecretReply> reply) {
    answer(reply, () -> AddRobotSecretReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void removeRobotSecret(
      RemoveRobotSecretRequest request, StreamObserver<RemoveRobotSecretReply> reply) {
    answer(reply, () -> RemoveRobotSecretReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsReply> reply) {
    answer(reply, () -> ListGrantsReply.newBuilder().addGrants(GRANT).build());
  }

  @Override
  public void setGrant(SetGrantRequest request, StreamObserver<SetGrantReply> reply) {
    grants.add(request);
    answer(reply, () -> SetGrantReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void deleteGrant(DeleteGrantRequest request, StreamObserver<DeleteGrantReply> reply) {
    answer(reply, () -> DeleteGrantReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void setVisibility(
      SetVisibilityRequest request, StreamObserver<SetVisibilityReply> reply) {
    visibility = request;
    answer(reply, () -> SetVisibilityReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void setTagRule(SetTagRuleRequest request, StreamObserver<SetTagRuleReply> reply) {
    answer(reply, () -> SetTagRuleReply.newBuilder().setRevision(5).build());
  }

  @Override
  public void explainAccess(
      ExplainAccessRequest request, StreamObserver<ExplainAccessReply> reply) {
    explained = request;
    answer(reply, () -> ExplainAccessReply.newBuilder().setReason("because").build());
  }

  @Override
  public void rotateSigningKey(
      RotateSigningKeyRequest request, StreamObserver<RotateSigningKeyReply> reply) {
    rotated = request;
    answer(reply, () -> RotateSigningKeyReply.newBuilder().setKeyId("k1").build());
  }

  @Override
  public void listAudit(ListAuditRequest request, StreamObserver<ListAuditReply> reply) {
    List<AuditEvent> after =
        audit.stream().filter(event -> event.getRevision() > request.getAfter()).toList();
    answer(
        reply,
        () ->
            ListAuditReply.newBuilder()
                .setRevision(audit.isEmpty() ? 0 : audit.getLast().getRevision())
                .addAllEvents(after.stream().limit(7).toList())
                .setMore(after.size() > 7)
                .build());
  }

  /** Notes who logs in. */
  ServerInterceptor noting() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String header =
            headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
        if (header != null) {
          logins.add(
              new String(
                  Base64.getDecoder().decode(header.substring("Basic ".length())),
                  StandardCharsets.UTF_8));
        }
        return next.startCall(call, headers);
      }
    };
  }

  /** Regions with URLs. */
  static final class Regions extends RegionServiceGrpc.RegionServiceImplBase {
    @Override
    public void listRegions(ListRegionsRequest request, StreamObserver<ListRegionsReply> reply) {
      answer(
          reply,
          () ->
              ListRegionsReply.newBuilder()
                  .addRegions(
                      Region.newBuilder()
                          .setRegion("eu-west")
                          .setPublicUrl("https://eu.example:5000"))
                  .addRegions(Region.newBuilder().setRegion("ap-south"))
                  .addRegions(
                      Region.newBuilder().setRegion("us-east").setPublicUrl("https://us.example"))
                  .build());
    }
  }
}

package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.Eventually.holds;
import static dev.meridian.controlplane.TestServer.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.AccessServiceGrpc.AccessServiceBlockingStub;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.ChangeMembershipRequest;
import dev.meridian.proto.admin.ChangePasswordRequest;
import dev.meridian.proto.admin.CreateBackupRequest;
import dev.meridian.proto.admin.CreateGroupRequest;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.DisableAccountRequest;
import dev.meridian.proto.admin.ExplainAccessRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAccountsRequest;
import dev.meridian.proto.admin.ListAuditRequest;
import dev.meridian.proto.admin.ListGrantsRequest;
import dev.meridian.proto.admin.ListRepositoriesReply;
import dev.meridian.proto.admin.ListRepositoriesRequest;
import dev.meridian.proto.admin.ListTagsRequest;
import dev.meridian.proto.admin.NewSecret;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.Repository;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityRequest;
import dev.meridian.proto.admin.TagRule;
import dev.meridian.proto.admin.TransferLeaderRequest;
import dev.meridian.proto.admin.VisibilityRule;
import dev.meridian.proto.metadata.Account;
import dev.meridian.proto.metadata.DeleteTag;
import dev.meridian.proto.metadata.GetAccountRequest;
import dev.meridian.proto.metadata.GetVisibilityRequest;
import dev.meridian.proto.metadata.Origin;
import dev.meridian.proto.metadata.PutManifest;
import dev.meridian.proto.metadata.Reader;
import dev.meridian.proto.metadata.Visibility;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose logins are required, from its first administrator on. */
class AccessServiceIT {

  private static final String PASSWORD = "a long password";

  @TempDir static Path root;
  private static TestCluster cluster;
  private static String secret;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.startedWithLogins(root, "access");
    eventually("the first administrator is announced", () -> announcements().size() == 1);
    secret = announcements().getFirst().replaceAll("(?s).*password (\\S{24})\\s.*", "$1");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static List<String> announcements() {
    return IntStream.range(0, 3)
        .boxed()
        .flatMap(index -> cluster.server(index).announcements().stream())
        .toList();
  }

  @Test
  void theFirstAdministratorLogsInInEveryRegion() {
    assertThat(secret).hasSize(24);
    for (int index = 0; index < 3; index++) {
      assertThat(
              access(index, "admin", secret)
                  .listAccounts(ListAccountsRequest.getDefaultInstance())
                  .getAccountsList())
          .isNotEmpty();
    }
    eventually("the use is noted", () -> account(1, "admin").getLastUsedMs() > 0);
    Account admin = account(1, "admin");
    assertThat(PasswordHash.parse(admin.getPasswordHash()).matches(secret)).isTrue();
    assertThat(admin.getGrants(0).getActionsList()).containsExactly("admin");
    assertThat(
            cluster
                .server(0)
                .controlPlane()
                .raft()
                .live()
                .query(queries -> queries.forAccess().signingKeys().size())
                .value())
        .isPositive();
  }

  @Test
  void whoDoesNotLogInIsRefused() {
    var open = AccessServiceGrpc.newBlockingStub(cluster.server(0).channel());
    refused(
        Status.Code.UNAUTHENTICATED,
        () -> open.listAccounts(ListAccountsRequest.getDefaultInstance()));
    refused(
        Status.Code.UNAUTHENTICATED,
        () ->
            RaftServiceGrpc.newBlockingStub(cluster.server(0).channel())
                .transferLeader(TransferLeaderRequest.getDefaultInstance()));
    for (String[] login :
        List.of(
            new String[] {"admin", "wrong"},
            new String[] {"nobody", "wrong"},
            new String[] {"", ""},
            new String[] {"admin:operator", secret})) {
      assertThatThrownBy(() ->
              access(0, login[0], login[1]).listAccounts(ListAccountsRequest.getDefaultInstance()))
          .hasMessageContaining("UNAUTHENTICATED: the login failed");
    }
  }

  @Test
  void failedLoginsAreLimited() {
    createUser("guessed");
    // The limit of the account is met first at one server, whatever else is tried from here.
    holds(
        "after so many guesses the right password is not looked at, until another may be tried",
        () -> {
          for (String password : List.of("a guess", PASSWORD)) {
            refused(
                Status.Code.RESOURCE_EXHAUSTED,
                () ->
                    access(2, "guessed", password)
                        .listAccounts(ListAccountsRequest.getDefaultInstance()));
          }
        });
  }

  @Test
  void aRobotMayWhatItIsGrantedEverywhere() {
    RobotSecret robot = createRobot("robot.team");
    grant("robot.team", "team/*", "pull", "push", "tag-create");
    Account account = account(2, "robot.team");
    assertThat(RobotSecret.matches(account.getSecretHashes(0).toByteArray(), robot.value()))
        .isTrue();
    assertThat(account.getGrantsList()).hasSize(1);
    push("robot.team", "team/app", "v1", "one");
    refused(Status.Code.PERMISSION_DENIED, () -> push("robot.team", "team/app", "v1", "two"));
    refused(Status.Code.PERMISSION_DENIED, () -> push("robot.team", "other/app", "v1", "one"));
    refused(Status.Code.PERMISSION_DENIED, () -> deleteTag("robot.team", "team/app", "v1"));
    var repositories =
        login(
            RepositoryServiceGrpc.newBlockingStub(cluster.server(1).channel()),
            "robot.team",
            robot.value());
    push("operator:root", "hidden/app", "v1", "one");
    ListRepositoriesReply listed =
        repositories.listRepositories(ListRepositoriesRequest.getDefaultInstance());
    assertThat(listed.getRepositoriesList())
        .extracting(Repository::getRepository)
        .contains("team/app")
        .doesNotContain("hidden/app");
    assertThat(repositories.listTags(tags("team/app")).getTagsList()).hasSize(1);
    String hidden = message(() -> repositories.listTags(tags("hidden/app")));
    String absent = message(() -> repositories.listTags(tags("hidden/gone")));
    assertThat(hidden.replace("hidden/app", "hidden/gone")).isEqualTo(absent);
    assertThat(readable("robot.team")).contains("team/app").doesNotContain("hidden/app");
    refused(
        Status.Code.PERMISSION_DENIED,
        () ->
            access(0, "robot.team", robot.value())
                .listAccounts(ListAccountsRequest.getDefaultInstance()));
    refused(
        Status.Code.PERMISSION_DENIED,
        () ->
            login(
                    RaftServiceGrpc.newBlockingStub(cluster.server(0).channel()),
                    "robot.team",
                    robot.value())
                .transferLeader(TransferLeaderRequest.getDefaultInstance()));
    admin()
        .disableAccount(
            DisableAccountRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setName("robot.team")
                .setDisabled(true)
                .build());
    refused(Status.Code.PERMISSION_DENIED, () -> push("robot.team", "team/app", "v9", "nine"));
    assertThat(account(1, "robot.team").getDisabled()).isTrue();
  }

  @Test
  void visibilityOpensRepositories() {
    push("operator:root", "open/app", "v1", "one");
    assertThat(visibility("open/app")).isEqualTo(Visibility.PRIVATE);
    assertThat(readable("")).doesNotContain("open/app");
    admin()
        .setVisibility(
            SetVisibilityRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setRule(VisibilityRule.newBuilder().setPrefix("open").setVisibility("public"))
                .build());
    assertThat(visibility("open/app")).isEqualTo(Visibility.PUBLIC);
    assertThat(readable("")).contains("open/app");
  }

  @Test
  void aGroupsAdministratorManagesWhatIsTheirs() {
    createUser("lead");
    admin()
        .createGroup(
            CreateGroupRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setName("leads")
                .build());
    admin()
        .changeMembership(
            ChangeMembershipRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setGroup("leads")
                .setAccount("lead")
                .setMember(true)
                .build());
    grant("group:leads", "ours/*", "admin");
    holds(
        "what the lead may is known elsewhere",
        () -> access(1, "lead", PASSWORD).setGrant(grantRequest("lead", "ours/app", "pull")));
    AccessServiceBlockingStub lead = access(1, "lead", PASSWORD);
    refused(Status.Code.PERMISSION_DENIED, () -> lead.setGrant(grantRequest("lead", "*", "pull")));
    assertThat(lead.listGrants(ListGrantsRequest.getDefaultInstance()).getGrantsList())
        .extracting(Grant::getPattern)
        .containsExactlyInAnyOrder("ours/*", "ours/app");
    var explained =
        lead.explainAccess(
            ExplainAccessRequest.newBuilder()
                .setAccount("lead")
                .setAction("push")
                .setRepository("ours/app")
                .build());
    assertThat(explained.getAllowed()).isTrue();
    assertThat(explained.getReason()).isEqualTo("group:leads is granted admin on ours/*");
    refused(
        Status.Code.PERMISSION_DENIED,
        () ->
            lead.explainAccess(
                ExplainAccessRequest.newBuilder()
                    .setAccount("admin")
                    .setAction("push")
                    .setRepository("team/app")
                    .build()));
  }

  @Test
  void passwordsAreCheckedAndOnesOwnMayBeChanged() {
    createUser("changing");
    refused(
        Status.Code.INVALID_ARGUMENT,
        () -> admin().createUser(user("short").setPassword("too short").build()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        () -> admin().createUser(user("long").setPassword("x".repeat(73)).build()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        () -> admin().createUser(user("plain").setPasswordHash("{SHA}abc").build()));
    admin().createUser(user("imported").setPasswordHash("$2y$05$" + "a".repeat(53)).build());
    ChangePasswordRequest.Builder change =
        ChangePasswordRequest.newBuilder().setName("changing").setPassword("another password");
    access(0, "changing", PASSWORD)
        .changePassword(change.setCommandId(TestServer.commandId()).build());
    refused(
        Status.Code.UNAUTHENTICATED,
        () ->
            access(0, "changing", PASSWORD)
                .changePassword(change.setCommandId(TestServer.commandId()).build()));
    holds(
        "the new password is known elsewhere",
        () ->
            access(1, "changing", "another password")
                .explainAccess(
                    ExplainAccessRequest.newBuilder()
                        .setAccount("changing")
                        .setAction("pull")
                        .setRepository("team/app")
                        .build()));
    refused(
        Status.Code.PERMISSION_DENIED,
        () ->
            access(1, "changing", "another password")
                .changePassword(
                    change.setCommandId(TestServer.commandId()).setName("admin").build()));
    // Before it is looked at, let alone hashed.
    refused(
        Status.Code.PERMISSION_DENIED,
        () -> access(1, "changing", "another password").createUser(user("x").build()));
  }

  @Test
  void auditSaysWhoDidWhatFromWhere() {
    createUser("audited");
    admin()
        .setTagRule(
            SetTagRuleRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setRule(TagRule.newBuilder().setPattern("frozen/*").setTags("semver"))
                .build());
    push("operator:root", "frozen/app", "v1.0.0", "one");
    refused(
        Status.Code.FAILED_PRECONDITION, () -> push("operator:root", "frozen/app", "v1.0.0", "2"));
    List<AuditEvent> events =
        admin().listAudit(ListAuditRequest.getDefaultInstance()).getEventsList();
    assertThat(events)
        .anySatisfy(event -> {
          assertThat(event.getAction()).isEqualTo("user.create");
          assertThat(event.getTarget()).isEqualTo("audited");
          assertThat(event.getPrincipal()).isEqualTo("admin");
          assertThat(event.getAddress()).isEqualTo("127.0.0.1");
          assertThat(event.getRegion()).isEqualTo(TestCluster.REGIONS.getFirst());
        })
        .anySatisfy(event -> {
          assertThat(event.getAction()).isEqualTo("manifest.push");
          assertThat(event.getRepository()).isEqualTo("frozen/app");
          assertThat(event.getRefused()).contains("semver", "frozen/*");
        });
    assertThat(events.toString()).doesNotContain(PASSWORD).doesNotContain("argon2");
  }

  @Test
  void auditSaysWhoTookABackupAndWhoChangedTheGroup() {
    // A local backup needs no quorum, so it does not wait long for one that would audit it.
    holds(
        "the backup is audited",
        () -> {
          login(BackupServiceGrpc.newBlockingStub(cluster.server(0).channel()), "admin", secret)
              .withDeadlineAfter(1, TimeUnit.MINUTES)
              .createBackup(CreateBackupRequest.newBuilder().setLocal(true).build())
              .forEachRemaining(chunk -> {});
          assertAudited("backup.create", TestCluster.REGIONS.getFirst());
        });
    holds(
        "the transfer is made and audited",
        () -> {
          String next = TestCluster.REGIONS.get(cluster.follower());
          login(RaftServiceGrpc.newBlockingStub(cluster.server(0).channel()), "admin", secret)
              .withDeadlineAfter(1, TimeUnit.MINUTES)
              .transferLeader(TransferLeaderRequest.newBuilder().setRegion(next).build());
          assertAudited("raft.transfer_leader", next);
        });
  }

  private static void assertAudited(String action, String target) {
    assertThat(admin().listAudit(ListAuditRequest.getDefaultInstance()).getEventsList())
        .extracting(AuditEvent::getPrincipal, AuditEvent::getAction, AuditEvent::getTarget)
        .contains(tuple("admin", action, target));
  }

  @Test
  void twoGrantsAtOnceInTwoRegionsAreBothThere() {
    createUser("granted");
    together(
        () -> access(0, "admin", secret).setGrant(grantRequest("granted", "one/*", "pull")),
        () -> access(1, "admin", secret).setGrant(grantRequest("granted", "two/*", "pull")));
    assertThat(account(2, "granted").getGrantsList())
        .extracting(dev.meridian.proto.metadata.Grant::getPattern)
        .containsExactly("one/*", "two/*");
  }

  @Test
  void ofPushesInAllRegionsOneHasTheImmutableTag() {
    admin()
        .setTagRule(
            SetTagRuleRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setRule(TagRule.newBuilder().setPattern("race/*").setTags("v*"))
                .build());
    for (int round = 0; round < 10; round++) {
      String tag = "v" + round;
      AtomicInteger accepted = new AtomicInteger();
      Runnable[] pushes = new Runnable[3];
      for (int index = 0; index < 3; index++) {
        int region = index;
        pushes[index] =
            () -> {
              try {
                push(region, "operator:root", "race/app", tag, "of " + region);
                accepted.incrementAndGet();
              } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
              }
            };
      }
      together(pushes);
      assertThat(accepted).hasValue(1);
    }
  }

  private static void together(Runnable... runs) {
    CompletableFuture.allOf(
            Arrays.stream(runs)
                .map(run -> CompletableFuture.runAsync(run, Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  @Test
  void robotsThatExpireSoonAreWarnedOf() {
    admin().createRobot(robot("robot.ending", RobotSecret.generate(), Duration.ofDays(3)));
    // Looked for at each tick of the leader, and a new one begins to count anew.
    eventually(
        "the robot's end is audited",
        Duration.ofSeconds(60),
        () ->
            admin().listAudit(ListAuditRequest.getDefaultInstance()).getEventsList().stream()
                .anyMatch(event ->
                    event.getAction().equals("robot.expiring")
                        && event.getTarget().equals("robot.ending")));
  }

  @Test
  void aNewSigningKeyWaitsUntilAllKnowIt() {
    var rotated =
        admin()
            .rotateSigningKey(
                RotateSigningKeyRequest.newBuilder().setCommandId(TestServer.commandId()).build());
    assertThat(rotated.getKeyId()).isNotEmpty();
    refused(
        Status.Code.INVALID_ARGUMENT,
        () ->
            admin()
                .rotateSigningKey(
                    RotateSigningKeyRequest.newBuilder()
                        .setCommandId(TestServer.commandId())
                        .build()));
  }

  private static AccessServiceBlockingStub admin() {
    return access(0, "admin", secret);
  }

  private static AccessServiceBlockingStub access(int index, String name, String password) {
    return login(
        AccessServiceGrpc.newBlockingStub(cluster.server(index).channel()), name, password);
  }

  private static CreateUserRequest.Builder user(String name) {
    return CreateUserRequest.newBuilder().setCommandId(TestServer.commandId()).setName(name);
  }

  private static void createUser(String name) {
    admin().createUser(user(name).setPassword(PASSWORD).build());
  }

  private static RobotSecret createRobot(String name) {
    RobotSecret robot = RobotSecret.generate();
    admin().createRobot(robot(name, robot, Duration.ofDays(365)));
    return robot;
  }

  private static CreateRobotRequest robot(String name, RobotSecret robot, Duration life) {
    return CreateRobotRequest.newBuilder()
        .setCommandId(TestServer.commandId())
        .setName(name)
        .setExpires(Timestamp.newBuilder().setSeconds(Instant.now().plus(life).getEpochSecond()))
        .setSecret(
            NewSecret.newBuilder()
                .setId(robot.id())
                .setHash(ByteString.copyFrom(RobotSecret.hash(robot.value()))))
        .build();
  }

  private static void grant(String subject, String pattern, String... actions) {
    admin().setGrant(grantRequest(subject, pattern, actions));
  }

  private static SetGrantRequest grantRequest(String subject, String pattern, String... actions) {
    return SetGrantRequest.newBuilder()
        .setCommandId(TestServer.commandId())
        .setGrant(
            Grant.newBuilder()
                .setSubject(subject)
                .setPattern(pattern)
                .addAllActions(List.of(actions)))
        .build();
  }

  private static Account account(int index, String name) {
    return cluster
        .server(index)
        .stub()
        .getAccount(GetAccountRequest.newBuilder().setName(name).build())
        .getAccount();
  }

  private static Visibility visibility(String repository) {
    return cluster
        .server(1)
        .stub()
        .getVisibility(GetVisibilityRequest.newBuilder().setRepository(repository).build())
        .getVisibility();
  }

  private static List<String> readable(String reader) {
    return cluster
        .server(2)
        .stub()
        .listRepositories(
            dev.meridian.proto.metadata.ListRepositoriesRequest.newBuilder()
                .setReader(
                    Reader.newBuilder()
                        .setPrincipal(reader)
                        .setRegion(TestCluster.REGIONS.getFirst()))
                .build())
        .getRepositoriesList();
  }

  private static ListTagsRequest tags(String repository) {
    return ListTagsRequest.newBuilder().setRepository(repository).build();
  }

  private static Origin origin() {
    return Origin.newBuilder()
        .setRegion(TestCluster.REGIONS.getFirst())
        .setAddress("192.0.2.7")
        .build();
  }

  private static void push(String principal, String repository, String tag, String text) {
    push(1, principal, repository, tag, text);
  }

  private static void push(
      int index, String principal, String repository, String tag, String text) {
    cluster
        .server(index)
        .stub()
        .execute(
            TestServer.request()
                .setPrincipal(principal)
                .setAuthorise(true)
                .setOrigin(origin())
                .setPutManifest(
                    PutManifest.newBuilder()
                        .setRepository(repository)
                        .setContent(TestServer.manifest(text))
                        .addTags(tag))
                .build());
  }

  private static void deleteTag(String principal, String repository, String tag) {
    cluster
        .server(1)
        .stub()
        .execute(
            TestServer.request()
                .setPrincipal(principal)
                .setAuthorise(true)
                .setOrigin(origin())
                .setDeleteTag(DeleteTag.newBuilder().setRepository(repository).setTag(tag))
                .build());
  }

  private static void refused(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure ->
                assertThat(failure.getStatus().getCode())
                    .as("%s", failure.getStatus())
                    .isEqualTo(code));
  }

  private static String message(ThrowingCallable call) {
    StatusRuntimeException[] failures = new StatusRuntimeException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> failures[0] = failure);
    return failures[0].getStatus().getDescription();
  }
}

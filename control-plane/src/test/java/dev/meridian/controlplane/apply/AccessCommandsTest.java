package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.AccessOperations.by;
import static dev.meridian.controlplane.apply.AccessOperations.createGroup;
import static dev.meridian.controlplane.apply.AccessOperations.createRobot;
import static dev.meridian.controlplane.apply.AccessOperations.createUser;
import static dev.meridian.controlplane.apply.AccessOperations.deleteGrant;
import static dev.meridian.controlplane.apply.AccessOperations.deny;
import static dev.meridian.controlplane.apply.AccessOperations.disable;
import static dev.meridian.controlplane.apply.AccessOperations.foundAdministrator;
import static dev.meridian.controlplane.apply.AccessOperations.grant;
import static dev.meridian.controlplane.apply.AccessOperations.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.access.AccountName;
import dev.meridian.access.Grant;
import dev.meridian.controlplane.query.AccessQueries.Audited;
import dev.meridian.controlplane.query.AccessQueries.Named;
import dev.meridian.controlplane.query.AccessQueries.SigningKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.AuditRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessCommandsTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void theFirstAdministratorIsMadeOnce() {
    store.accepted(createRobot("robot.ci", 0));
    store.accepted(foundAdministrator("admin"));
    store.accepted(foundAdministrator("second"));
    assertThat(hasUser()).isTrue();
    assertThat(account("admin").getPasswordHash()).isEqualTo("hash of admin");
    boolean second =
        store.read(view -> view.contains(Tables.ACCOUNTS, AccountName.parse("second")));
    assertThat(second).isFalse();
    assertThat(apply("admin", createUser("zoe")).hasRejection()).isFalse();
  }

  @Test
  void namesSayWhoIsARobot() {
    store.rejected(RejectionCode.ACCESS_INVALID, createUser("robot.ci"));
    store.rejected(RejectionCode.ACCESS_INVALID, createRobot("ci", 0));
    store.accepted(createRobot("robot.ci", 0));
    store.rejected(RejectionCode.ACCOUNT_EXISTS, createRobot("robot.ci", 0));
    store.rejected(
        RejectionCode.ACCESS_INVALID, AccessOperations.changePassword("robot.ci", "hash"));
    store.rejected(RejectionCode.ACCOUNT_UNKNOWN, disable("robot.cd", true));
  }

  @Test
  void robotsHaveTwoSecretsAtMost() {
    long created = store.accepted(createRobot("robot.ci", 0));
    store.accepted(AccessOperations.addRobotSecret("robot.ci", "second"));
    assertThat(account("robot.ci").getCredentialsRevision()).isEqualTo(created);
    store.rejected(
        RejectionCode.ACCESS_INVALID, AccessOperations.addRobotSecret("robot.ci", "third"));
    store.accepted(AccessOperations.removeRobotSecret("robot.ci", "first"));
    assertThat(account("robot.ci").getCredentialsRevision()).isEqualTo(created);
    store.rejected(
        RejectionCode.ACCESS_INVALID, AccessOperations.removeRobotSecret("robot.ci", "first"));
    store.rejected(
        RejectionCode.ACCESS_INVALID, AccessOperations.addRobotSecret("robot.ci", "second"));
    store.accepted(AccessOperations.addRobotSecret("robot.ci", "third"));
  }

  @Test
  void useIsNotedToTheHour() {
    store.accepted(createUser("alice"));
    Command.Builder use = AccessOperations.noteUse("alice");
    store.apply(store.command(use).toBuilder().setWallTimeMs(7_300_000).build());
    assertThat(account("alice").getLastUsedMs()).isEqualTo(7_200_000);
    store.accepted(AccessOperations.noteUse("alice"));
    assertThat(account("alice").getLastUsedMs()).isEqualTo(7_200_000);
  }

  @Test
  void groupsAndTheirGrantsGoWithThem() {
    store.accepted(createUser("alice"));
    store.rejected(RejectionCode.ACCESS_INVALID, createGroup("anyone"));
    store.rejected(RejectionCode.ACCESS_INVALID, createGroup("authenticated"));
    store.rejected(RejectionCode.GROUP_UNKNOWN, grant("group:dev", "pull", "*"));
    store.accepted(createGroup("dev"));
    store.rejected(RejectionCode.GROUP_EXISTS, createGroup("dev"));
    store.accepted(member("dev", "alice", true));
    store.accepted(member("dev", "alice", true));
    store.rejected(RejectionCode.ACCOUNT_UNKNOWN, member("dev", "bob", true));
    store.accepted(grant("group:dev", "pull", "*"));
    store.accepted(AccessOperations.deleteGroup("dev"));
    assertThat(account("alice").getGroupsList()).isEmpty();
    store.accepted(createGroup("dev"));
    store.rejected(RejectionCode.GRANT_UNKNOWN, deleteGrant("group:dev", "*", false));
  }

  @Test
  void whatOneCommandTouchesIsBounded() {
    store.accepted(createUser("alice"));
    store.apply(
        IntStream.range(0, 1_000)
            .mapToObj(i -> store.command(grant("alice", "pull", "team/app" + i)))
            .toList());
    store.accepted(grant("alice", "push", "team/app7"));
    store.rejected(RejectionCode.ACCESS_INVALID, grant("alice", "pull", "one/more"));
    store.apply(
        IntStream.range(0, 101).mapToObj(i -> store.command(createGroup("g" + i))).toList());
    store.apply(
        IntStream.range(0, 100)
            .mapToObj(i -> store.command(member("g" + i, "alice", true)))
            .toList());
    store.rejected(RejectionCode.ACCESS_INVALID, member("g100", "alice", true));
    store.apply(
        IntStream.range(0, 1_000).mapToObj(i -> store.command(createUser("user" + i))).toList());
    store.apply(
        IntStream.range(0, 1_000)
            .mapToObj(i -> store.command(member("g100", "user" + i, true)))
            .toList());
    store.accepted(createUser("last"));
    store.rejected(RejectionCode.ACCESS_INVALID, member("g100", "last", true));
    store.accepted(AccessOperations.deleteAccount("alice"));
    store.accepted(AccessOperations.deleteGroup("g100"));
  }

  @Test
  void twoGrantsAtOnceAreBothThere() {
    store.accepted(createUser("alice"));
    store.apply(
        List.of(
            store.command(grant("alice", "pull", "a/*")),
            store.command(grant("alice", "push", "b/*")),
            store.command(deny("alice", "push", "b/*"))));
    List<Grant> grants =
        store.query(queries -> queries.forAccess().identity("alice").orElseThrow().grants());
    assertThat(grants).hasSize(3);
  }

  @Test
  void theLastAdministratorStays() {
    store.accepted(foundAdministrator("admin"));
    store.accepted(createUser("bob"));
    store.accepted(createRobot("robot.ci", 0));
    store.accepted(grant("robot.ci", "admin", "*"));
    for (Command.Builder change :
        List.of(
            disable("admin", true),
            AccessOperations.deleteAccount("admin"),
            deleteGrant("admin", "*", false),
            grant("admin", "pull", "*"),
            deny("admin", "admin", "team/*"),
            deny("group:authenticated", "admin", "team/*"))) {
      CommandOutcome outcome = apply("admin", change);
      assertThat(outcome.getRejection().getCode()).isEqualTo(RejectionCode.ACCESS_INVALID);
      assertThat(outcome.getRejection().getMessage()).contains("nobody would be left");
    }
    assertThat(apply("admin", createGroup("ops")).hasRejection()).isFalse();
    assertThat(apply("admin", member("ops", "bob", true)).hasRejection()).isFalse();
    assertThat(apply("admin", grant("group:ops", "admin", "*")).hasRejection()).isFalse();
    assertThat(apply("admin", deleteGrant("admin", "*", false)).hasRejection()).isFalse();
    for (Command.Builder change :
        List.of(
            member("ops", "bob", false),
            AccessOperations.deleteGroup("ops"),
            disable("bob", true))) {
      assertThat(apply("bob", change).getRejection().getCode())
          .isEqualTo(RejectionCode.ACCESS_INVALID);
    }
    assertThat(apply("operator:root", disable("bob", true)).hasRejection()).isFalse();
  }

  @Test
  void withoutLoginsTheLastAdministratorMayGo() {
    store.accepted(foundAdministrator("admin"));
    store.accepted(AccessOperations.deleteAccount("admin"));
  }

  @Test
  void aSigningKeyIsKeptAsLongAsItsTokensAreGood() {
    store.accepted(AccessOperations.addSigningKey("one", 0));
    store.accepted(AccessOperations.addSigningKey("two", 600_000));
    store.rejected(RejectionCode.ACCESS_INVALID, AccessOperations.addSigningKey("three", 600_000));
    clusterTime(600_000);
    store.accepted(AccessOperations.addSigningKey("three", 1_200_000));
    assertThat(signingKeys()).containsExactly("three", "two", "one");
    long month = 600_000 + Duration.ofDays(30).toMillis();
    clusterTime(month);
    store.accepted(AccessOperations.addSigningKey("four", month));
    assertThat(signingKeys()).containsExactly("four", "three", "two", "one");
    clusterTime(month + Duration.ofDays(1).toMillis());
    store.accepted(AccessOperations.addSigningKey("five", month));
    assertThat(signingKeys()).containsExactly("five", "four", "three");
  }

  @Test
  void fewSigningKeysAreThereAtOnce() {
    for (int i = 0; i < 8; i++) {
      store.accepted(AccessOperations.addSigningKey("key" + i, 0));
    }
    assertThat(
            store
                .rejected(RejectionCode.ACCESS_INVALID, AccessOperations.addSigningKey("more", 0))
                .getMessage())
        .isEqualTo(
            "8 signing keys are there, and tokens of the oldest, key0, may be good for another"
                + " 720 h: expected no other key until then, or one that revokes them all");
    clusterTime(Duration.ofDays(31).toMillis());
    store.accepted(AccessOperations.addSigningKey("more", 0));
    assertThat(signingKeys()).containsExactly("more", "key7");
  }

  @Test
  void aSigningKeyMayRevokeAllOthers() {
    store.accepted(AccessOperations.addSigningKey("stolen", 0));
    store.accepted(AccessOperations.addSigningKey("waiting", 600_000));
    store.accepted(AccessOperations.revokeSigningKeys("new", 0));
    assertThat(signingKeys()).containsExactly("new");
  }

  @Test
  void auditSaysWhoDidWhatAndNothingSecret() {
    store.accepted(foundAdministrator("admin"));
    apply("admin", createRobot("robot.ci", 0));
    apply("admin", grant("robot.ci", "pull,push", "team/*"));
    apply("admin", AccessOperations.addSigningKey("key", 0));
    apply("robot.ci", Operations.commitBlob("team/app", "blob", "us-east", "0/1"));
    apply("robot.ci", Operations.put(Operations.manifest("team/app", "m")));
    apply("robot.ci", Operations.put(Operations.manifest("team/app", "m")));
    long refused = apply("robot.ci", Operations.deleteRepository("team/app")).getRevision();
    apply("admin", Operations.deleteTag("team/app", "absent"));
    List<Audited> audit = audit();
    assertThat(audit)
        .extracting(event -> event.event().getAction())
        .containsExactly(
            "robot.create", "grant.set", "key.add", "manifest.push", "repository.delete");
    AuditRecord last = audit.getLast().event();
    assertThat(audit.getLast().revision()).isEqualTo(refused);
    assertThat(last.getPrincipal()).isEqualTo("robot.ci");
    assertThat(last.getRegion()).isEqualTo("us-east");
    assertThat(last.getAddress()).isEqualTo("192.0.2.7");
    assertThat(last.getRepository()).isEqualTo("team/app");
    assertThat(last.getRefused()).contains("may not");
    assertThat(audit.toString()).doesNotContain("hash of").doesNotContain("private");
  }

  @Test
  void whatChangesNothingButServersIsAuditedToo() {
    store.accepted(foundAdministrator("admin"));
    store.accepted(createUser("bob"));
    apply("admin", AccessOperations.noteEvent("backup.create", "us-east"));
    apply("bob", AccessOperations.noteEvent("raft.remove", "eu-west"));
    assertThat(audit())
        .extracting(event -> event.event().getAction(), event -> event.event().getTarget())
        .containsExactly(tuple("backup.create", "us-east"), tuple("raft.remove", "eu-west"));
    assertThat(audit().getFirst().event().getPrincipal()).isEqualTo("admin");
    assertThat(audit().getFirst().event().getRefused()).isEmpty();
    assertThat(audit().getLast().event().getRefused()).contains("bob may not do this");
  }

  @Test
  void auditDropsItsOldestRows() {
    store.close();
    store =
        new AppliedStore(
            directory, new CommandApplier(RequestWindow.REVISIONS, CommandApplier.STEP_ROWS, 3));
    for (int i = 0; i < 9; i++) {
      apply("operator:root", createGroup("g" + i));
    }
    assertThat(audit())
        .extracting(event -> event.event().getTarget())
        .containsExactly("g6", "g7", "g8");
  }

  @Test
  void anExpiryIsWarnedOfOnce() {
    store.accepted(createRobot("robot.ci", 5_000));
    assertThat(expiring(4_999)).isEmpty();
    assertThat(expiring(5_000)).hasSize(1);
    apply("system:us-east", AccessOperations.warnOfExpiry("robot.ci"));
    apply("system:us-east", AccessOperations.warnOfExpiry("robot.ci"));
    assertThat(expiring(5_000)).isEmpty();
    assertThat(audit())
        .singleElement()
        .satisfies(event -> assertThat(event.event().getAction()).isEqualTo("robot.expiring"));
  }

  private boolean hasUser() {
    return store.query(queries -> queries.forAccess().hasUser());
  }

  private List<Audited> audit() {
    return store.query(queries -> queries.forAccess().audit(0, 100).items());
  }

  private List<String> signingKeys() {
    return store.query(
        queries -> queries.forAccess().signingKeys().stream().map(SigningKey::id).toList());
  }

  private void clusterTime(long millis) {
    store.write(rows -> rows.put(Tables.META, Meta.CLUSTER_TIME, millis));
  }

  private List<Named<AccountName, AccountRecord>> expiring(long until) {
    return store.query(queries -> queries.forAccess().expiringRobots(until));
  }

  private AccountRecord account(String name) {
    return store.read(view -> view.get(Tables.ACCOUNTS, AccountName.parse(name))).orElseThrow();
  }

  private CommandOutcome apply(String principal, Command.Builder operation) {
    return store.apply(
        store.command(by(principal, operation)).toBuilder().setPrincipal(principal).build());
  }
}

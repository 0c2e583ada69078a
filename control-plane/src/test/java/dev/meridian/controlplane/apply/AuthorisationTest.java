package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.AccessOperations.by;
import static dev.meridian.controlplane.apply.AccessOperations.createUser;
import static dev.meridian.controlplane.apply.AccessOperations.deny;
import static dev.meridian.controlplane.apply.AccessOperations.disable;
import static dev.meridian.controlplane.apply.AccessOperations.grant;
import static dev.meridian.controlplane.apply.AccessOperations.visibility;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.Origin;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.Visibility;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What apply lets whom do, when a command says that it is to look. */
class AuthorisationTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(createUser("alice"));
    store.accepted(createUser("bob"));
    store.accepted(Operations.commitBlob("team/app", "blob", "us-east", "0/1"));
    store.accepted(
        Operations.put(
            Operations.manifest("team/app", "one", Operations.blob("blob")).addTags("v1")));
    store.accepted(Operations.put(Operations.manifest("team/app", "two")));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void withoutLoginsEverybodyMayEverything() {
    store.accepted(Operations.deleteTag("team/app", "v1"));
    store.accepted(grant("alice", "admin", "*"));
  }

  @Test
  void whatIsNotGrantedIsRefusedInTheSameWordsForWhatIsNotThere() {
    String there = refused("alice", Operations.deleteManifest("team/app", "one"));
    String absent = refused("alice", Operations.deleteManifest("team/gone", "one"));
    assertThat(there.replace("team/app", "team/gone")).isEqualTo(absent);
    refused("", Operations.deleteManifest("team/app", "one"));
    refused("nobody", Operations.createRepository("team/new"));
    refused("admin:operator", Operations.createRepository("team/new"));
    allowed("system:us-east", Operations.createRepository("team/a"));
    allowed("operator:root", Operations.createRepository("team/b"));
  }

  @Test
  void eachOperationNeedsItsAction() {
    store.accepted(grant("alice", "push", "team/*"));
    allowed("alice", Operations.createRepository("team/new"));
    allowed("alice", Operations.commitBlob("team/new", "x", "us-east", "0/2"));
    allowed("alice", Operations.renewLink("team/new", "x"));
    allowed("alice", Operations.put(Operations.manifest("team/new", "three")));
    refused("alice", Operations.deleteBlob("team/new", "x"));
    refused("alice", Operations.deleteManifest("team/new", "three"));
    refused("alice", Operations.deleteRepository("team/new"));
    refused("alice", Operations.setPolicy("team", "", true, "", 1));
    refused("alice", Operations.drainRegion("us-east", true));
    store.accepted(grant("alice", "push,delete", "team/*"));
    allowed("alice", Operations.deleteBlob("team/new", "x"));
    allowed("alice", Operations.deleteManifest("team/new", "three"));
    refused("alice", Operations.deleteRepository("team/new"));
    store.accepted(grant("alice", "admin", "team/*"));
    allowed("alice", Operations.deleteRepository("team/new"));
    allowed("alice", grant("bob", "pull", "team/app"));
    refused("alice", grant("bob", "pull", "*"));
    // Also what is called team, not only what is under it.
    refused("alice", visibility("team", Visibility.PUBLIC));
    allowed("alice", visibility("team/app", Visibility.PUBLIC));
    refused("alice", createUser("carol"));
  }

  @Test
  void tagsAreMadeAndMovedByRightsOfTheirOwn() {
    store.accepted(grant("alice", "push,tag-create", "*"));
    allowed("alice", Operations.put(Operations.manifest("team/app", "two").addTags("new")));
    allowed("alice", Operations.put(Operations.manifest("team/app", "two").addTags("new")));
    refused("alice", Operations.put(Operations.manifest("team/app", "two").addTags("v1")));
    refused("alice", Operations.setTags(Operations.move("team/app", "v1", "two")));
    store.accepted(grant("alice", "push,tag-update", "*"));
    allowed("alice", Operations.setTags(Operations.move("team/app", "v1", "two")));
    refused("alice", Operations.setTags(Operations.move("team/app", "v9", "two")));
    allowed("alice", Operations.restoreTag("team/app", "v1", 0));
    store.accepted(grant("alice", "push,delete", "*"));
    allowed("alice", Operations.deleteTag("team/app", "v1"));
    refused("alice", Operations.restoreTag("team/app", "v1", 0));
  }

  @Test
  void whoMayOnlyPushDoesNotLearnWhichTagsAreThere() {
    store.accepted(grant("alice", "push", "*"));
    String there = refused("alice", Operations.setTags(Operations.move("team/app", "v1", "two")));
    String absent = refused("alice", Operations.setTags(Operations.move("team/app", "v9", "two")));
    assertThat(there.replace("v1", "v9")).isEqualTo(absent);
  }

  @Test
  void mountsComeFromWhereOneMayPull() {
    store.accepted(grant("alice", "push", "mine/*"));
    assertThat(notMountable("alice", "team/app"))
        .isEqualTo(notMountable("alice", "team/gone").replace("team/gone", "team/app"));
    notMountable("alice", "");
    store.accepted(grant("alice", "pull", "team/app"));
    allowed("alice", Operations.mountBlob("mine/app", "blob", "team/app"));
    allowed("alice", Operations.mountBlob("mine/other", "blob", ""));
    refused("alice", Operations.mountBlob("yours/app", "blob", "team/app"));
    store.accepted(deny("alice", "pull", "team/app"));
    notMountable("alice", "");
    store.accepted(visibility("team", Visibility.PUBLIC));
    notMountable("alice", "team/app");
    store.accepted(grant("bob", "push", "mine/*"));
    allowed("bob", Operations.mountBlob("mine/third", "blob", "team/app"));
  }

  @Test
  void disabledAndDeletedAccountsMayNothing() {
    store.accepted(grant("alice", "admin", "*"));
    store.accepted(disable("alice", true));
    refused("alice", Operations.createRepository("team/new"));
    store.accepted(disable("alice", false));
    allowed("alice", Operations.createRepository("team/new"));
    store.accepted(AccessOperations.deleteAccount("alice"));
    refused("alice", Operations.createRepository("team/new"));
    // A new account of the name has nothing of the old one.
    store.accepted(createUser("alice"));
    refused("alice", Operations.createRepository("team/new"));
  }

  @Test
  void grantsOfGroupsAndRegionsCount() {
    store.accepted(AccessOperations.createGroup("dev"));
    store.accepted(AccessOperations.member("dev", "alice", true));
    store.accepted(grant("group:dev", "push", "team/*", false, "us-east"));
    allowed("alice", Operations.createRepository("team/new"));
    Command.Builder elsewhere =
        by("alice", Operations.createRepository("team/new"))
            .setOrigin(Origin.newBuilder().setRegion("eu-west"));
    assertThat(apply("alice", elsewhere).getRejection().getCode())
        .isEqualTo(RejectionCode.NOT_ALLOWED);
    store.accepted(AccessOperations.member("dev", "alice", false));
    refused("alice", Operations.createRepository("team/new"));
    store.accepted(grant("group:authenticated", "push", "team/*"));
    allowed("alice", Operations.createRepository("team/new"));
    refused("", Operations.createRepository("team/new"));
    store.accepted(grant("group:anyone", "push", "team/*"));
    allowed("", Operations.createRepository("team/new"));
  }

  @Test
  void oneMayChangeOnesOwnPassword() {
    allowed("alice", AccessOperations.changePassword("alice", "another hash"));
    refused("alice", AccessOperations.changePassword("bob", "another hash"));
  }

  @Test
  void onlyWhoAdministersTheClusterDeniesAdmin() {
    store.accepted(createUser("lead"));
    store.accepted(grant("lead", "admin", "team/*"));
    store.accepted(grant("bob", "admin", "*"));
    for (String subject : List.of("bob", "group:authenticated", "group:anyone")) {
      assertThat(refused("lead", deny(subject, "pull,admin", "team/*")))
          .isEqualTo("lead may not do this: admin on *");
    }
    allowed("bob", createUser("carol"));
    allowed("lead", deny("bob", "push", "team/*"));
    allowed("lead", AccessOperations.deleteGrant("bob", "team/*", true));
    allowed("bob", deny("lead", "admin", "team/app"));
    refused("lead", visibility("team/app", Visibility.PUBLIC));
  }

  @Test
  void administratorsOfAPartLeaveRoomForThoseOfTheCluster() {
    store.accepted(grant("alice", "admin", "team/*"));
    store.accepted(grant("bob", "admin", "*"));
    store.apply(
        IntStream.range(0, 900)
            .mapToObj(i -> store.command(grant("group:anyone", "pull", "team/app" + i)))
            .toList());
    assertThat(refused("alice", grant("group:anyone", "pull", "team/more")))
        .isEqualTo(
            "alice may not do this: group:anyone has 900 grants, and more of them need admin on *");
    allowed("alice", grant("group:anyone", "pull,push", "team/app7"));
    allowed("bob", grant("group:anyone", "pull", "team/more"));
  }

  @Test
  void aLoginByWhatWasChangedMeanwhileIsRefused() {
    store.accepted(grant("alice", "admin", "*"));
    long credentials = store.accepted(AccessOperations.changePassword("alice", "another hash"));
    allowed("alice", AccessOperations.createGroup("one").setCredentialsRevision(credentials));
    allowed(
        "alice",
        AccessOperations.changePassword("alice", "third").setCredentialsRevision(credentials));
    for (Command.Builder late :
        List.of(
            AccessOperations.changePassword("alice", "a thief's"),
            AccessOperations.createGroup("two"))) {
      assertThat(refused("alice", late.setCredentialsRevision(credentials)))
          .isEqualTo("alice may not do this: the password or the secret of the login has changed");
    }
    store.accepted(AccessOperations.deleteAccount("alice"));
    refused("alice", AccessOperations.createGroup("two").setCredentialsRevision(credentials));
  }

  private String notMountable(String principal, String from) {
    CommandOutcome outcome =
        apply(principal, by(principal, Operations.mountBlob("mine/app", "blob", from)));
    assertThat(outcome.getRejection().getCode()).isEqualTo(RejectionCode.BLOB_UNKNOWN);
    return outcome.getRejection().getMessage();
  }

  private void allowed(String principal, Command.Builder operation) {
    CommandOutcome outcome = apply(principal, by(principal, operation));
    assertThat(outcome.hasRejection()).as("%s", outcome).isFalse();
  }

  private String refused(String principal, Command.Builder operation) {
    CommandOutcome outcome = apply(principal, by(principal, operation));
    assertThat(outcome.getRejection().getCode()).isEqualTo(RejectionCode.NOT_ALLOWED);
    return outcome.getRejection().getMessage();
  }

  private CommandOutcome apply(String principal, Command.Builder operation) {
    return store.apply(store.command(operation).toBuilder().setPrincipal(principal).build());
  }
}

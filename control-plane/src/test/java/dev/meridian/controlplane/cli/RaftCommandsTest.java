package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.RaftMember;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RaftCommandsTest {

  private final FakeRaft raft = new FakeRaft();

  private Ran run(String... arguments) {
    try (FakeServer server = FakeServer.of(raft)) {
      return server.run(arguments);
    }
  }

  @Test
  void showsTheGroup() {
    raft.status(
        1234,
        FakeRaft.member("eu-west", "follower", 1230, 1228)
            .setLagEntries(6)
            .setLagMs(1500)
            .setLastContactMs(12)
            .build());

    assertThat(run("raft", "status").out())
        .isEqualTo(
            """
            leader: us-east
            term: 3

            REGION   ROLE      COMMIT  APPLIED  LAG ENTRIES    LAG  LAST CONTACT  SNAPSHOT  ADDRESS         REACHABLE
            us-east  leader      1234     1234            0   0 ms          0 ms      1000  127.0.0.1:5300  yes
            eu-west  follower    1230     1228            6  1.5 s         12 ms         0  127.0.0.1:5300  yes
            """);
  }

  @Test
  void keepsTheKeysThatProgramsRelyOn() {
    raft.status(1234);

    JsonNode status = run("raft", "status", "-o", "json").json();

    assertThat(status.propertyNames()).containsExactly("leader", "term", "members");
    assertThat(status.at("/members/0").propertyNames())
        .containsExactly(
            "region",
            "role",
            "commit",
            "applied",
            "lag_entries",
            "lag_ms",
            "last_contact_ms",
            "snapshot",
            "address",
            "reachable",
            "grpc_address");
    assertThat(run("raft", "status", "-o", "yaml").yaml()).isEqualTo(status);
  }

  @Test
  void asksForChanges() {
    assertThat(run("raft", "transfer-leader", "eu-west").out())
        .isEqualTo("eu-west leads in term 4\n");
    assertThat(run("raft", "promote", "eu-west").out()).isEqualTo("eu-west is a voter\n");
    assertThat(run("raft", "demote", "eu-west", "-o", "json").json().toString())
        .isEqualTo("{\"region\":\"eu-west\",\"voter\":false}");
    assertThat(run("raft", "remove", "eu-west", "--yes").out())
        .isEqualTo("eu-west is no longer a member\n");
    assertThat(run("raft", "snapshot").out()).isEqualTo("us-east has a snapshot up to entry 77\n");
    assertThat(run("raft", "snapshot", "us-east", "-o", "json").json().toString())
        .isEqualTo("{\"region\":\"us-east\",\"index\":77}");

    assertThat(raft.asked)
        .containsExactly(
            "transfer eu-west",
            "promote eu-west",
            "demote eu-west",
            "remove eu-west",
            "snapshot ",
            "snapshot us-east");
  }

  @Test
  void removesNothingUnasked() {
    assertThat(run("raft", "remove", "eu-west").code()).isEqualTo(2);
    try (FakeServer server = FakeServer.of(raft)) {
      assertThat(server.typing("n\n", "raft", "remove", "eu-west").code()).isEqualTo(1);
      assertThat(server.typing("y\n", "raft", "remove", "eu-west").code()).isZero();
    }
    assertThat(raft.asked).containsExactly("remove eu-west");
  }

  @Test
  void addsAServerWhichCatchesUpStepByStep() {
    raft.status(5000)
        .status(5000)
        .status(5100, FakeRaft.listener(0))
        .fails(FakeServer.unavailable("no leader", "none"))
        .status(5200, FakeRaft.listener(2000))
        .status(5300, FakeRaft.listener(5199))
        .status(9000, FakeRaft.listener(5300));

    Ran ran = run("raft", "add", FakeRaft.WAITING, "--region", "sa-east");

    assertThat(ran).isEqualTo(new Ran(0, "sa-east is a voter\n", ""));
    assertThat(raft.asked)
        .containsExactly("add " + FakeRaft.WAITING + " sa-east", "promote sa-east");
    assertThat(raft.looks()).as("until it has what was committed at the look before").isEqualTo(7);
  }

  @Test
  void letsAListenerStayOne() {
    raft.status(5000).status(5000, FakeRaft.listener(4990));

    Ran ran = run("raft", "add", FakeRaft.WAITING, "--listener", "-o", "json");

    assertThat(ran.json().toString()).isEqualTo("{\"region\":\"sa-east\",\"voter\":false}");
    assertThat(raft.asked).containsExactly("add " + FakeRaft.WAITING + " ");
  }

  @Test
  void goesOnWithAListenerThatIsThere() {
    raft.status(5000, FakeRaft.listener(5000));

    assertThat(run("raft", "add", FakeRaft.WAITING).out()).isEqualTo("sa-east is a voter\n");
    assertThat(raft.asked).containsExactly("promote sa-east");
  }

  @Test
  void hasNothingToDoForAVoter() {
    raft.status(5000, voter());

    assertThat(run("raft", "add", FakeRaft.WAITING).out()).isEqualTo("sa-east is a voter\n");
    assertThat(run("raft", "add", FakeRaft.WAITING, "--listener"))
        .isEqualTo(
            new Ran(
                1,
                "",
                "meridianctl: sa-east is a voter already: `meridianctl raft demote sa-east` makes"
                    + " it a listener\n"));
    assertThat(raft.asked).isEmpty();
  }

  @Test
  void asksForAnEmptyServerInThePlaceOfADeadMember() {
    raft.status(5000, voter().toBuilder().setReachable(false).build())
        .status(5000, FakeRaft.listener(5000));

    assertThat(run("raft", "add", FakeRaft.WAITING).code()).isZero();
    assertThat(raft.asked).contains("add " + FakeRaft.WAITING + " ");
  }

  @Test
  void refusesAServerOfAnotherRegion() {
    raft.status(5000, FakeRaft.listener(5000));

    Ran ran = run("raft", "add", FakeRaft.WAITING, "--region", "eu-west");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("is of region sa-east, not of eu-west");
  }

  @Test
  void tellsWhenItIsRemovedMeanwhile() {
    raft.status(5000).status(5000, FakeRaft.listener(1)).status(5000);

    Ran ran = run("raft", "add", FakeRaft.WAITING);

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("sa-east is no longer a member: it was removed meanwhile");
  }

  @Test
  void givesUpAtTheDeadlineAndSaysHowToGoOn() {
    raft.status(5000).status(5000, FakeRaft.listener(1));

    Ran ran = run("raft", "add", FakeRaft.WAITING, "--timeout", "3s");

    assertThat(ran)
        .isEqualTo(
            new Ran(
                3,
                "",
                "meridianctl: sa-east has not caught up within 3 s: it stays a listener and goes"
                    + " on; run it again, it goes on from there\n"));
  }

  @Test
  void saysWhyTheStatusIsRefused() {
    raft.fails(Status.PERMISSION_DENIED.withDescription("not allowed").asRuntimeException());

    assertThat(run("raft", "add", FakeRaft.WAITING))
        .isEqualTo(new Ran(1, "", "meridianctl: not allowed\n"));
  }

  private static RaftMember voter() {
    return FakeRaft.member("sa-east", "follower", 5000, 5000)
        .setGrpcAddress(FakeRaft.WAITING)
        .build();
  }
}

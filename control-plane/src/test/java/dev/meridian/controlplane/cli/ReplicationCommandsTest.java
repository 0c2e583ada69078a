package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.proto.admin.ListAtRiskRequest;
import dev.meridian.proto.admin.LocateImageRequest;
import dev.meridian.proto.admin.PauseReplicationRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Copies of blobs: what is missing, where they are, and waiting for them. */
class ReplicationCommandsTest {

  private static final List<String> NOWHERE = List.of();
  private static final List<String> EAST = List.of("us-east");
  private static final List<String> EVERYWHERE = List.of("ap-south", "eu-west", "us-east");

  private final FakeReplication replication = new FakeReplication();
  private final FakeServer server = FakeServer.of(replication);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void showsWhatRegionsLackAndHowLongThatTakes() {
    assertThat(server.run("replication", "status").out())
        .isEqualTo(
            """
            reviewing: yes

            REGION   PENDING BLOBS    PENDING   OLDEST       RATE  LEFT  ERRORS  BACKFILL BLOBS   BACKFILL  MISPLACED BLOBS  PAUSED
            eu-west             12  600.0 MiB  1 m 1 s  5.0 MiB/s   2 m       1               2  100.0 MiB                3  no
            us-east              0        0 B     0 ms      0 B/s     -       0               0        0 B                0  yes
            """);
    JsonNode json = server.run("replication", "status", "-o", "json").json();
    assertThat(json.at("/regions/0").propertyNames())
        .contains("region", "pending_blobs", "pending_bytes", "oldest_ms", "rate_bytes", "errors");
    assertThat(json.at("/regions/0/left_ms").asLong()).isEqualTo(120_000);
    assertThat(json.at("/regions/1/left_ms").isNull()).isTrue();
    assertThat(json.at("/reviewing").asBoolean()).isTrue();
  }

  @Test
  void pausesAndResumesARegion() {
    assertThat(server.run("replication", "pause", "eu-west").out())
        .isEqualTo("replication into eu-west is paused\n");
    assertThat(server.run("replication", "resume", "eu-west").out())
        .isEqualTo("replication into eu-west goes on\n");
    assertThat(replication.all(PauseReplicationRequest.class))
        .allMatch(request -> FakeServer.isCommandId(request.getCommandId()))
        .extracting(PauseReplicationRequest::getRegion, PauseReplicationRequest::getPaused)
        .containsExactly(tuple("eu-west", true), tuple("eu-west", false));
  }

  @Test
  void waitsUntilAnImageIsInTheRegionsThatItsPolicyWants() {
    replication.image(EAST, EAST).image(EVERYWHERE, EAST).image(EVERYWHERE, EVERYWHERE);
    assertThat(server.run("replication", "wait", "demo/app:1"))
        .isEqualTo(new Ran(0, "all 2 blobs of demo/app:1 are in ap-south, eu-west, us-east\n", ""));
    assertThat(replication.all(LocateImageRequest.class))
        .hasSize(3)
        .allMatch(request -> request.getRepository().equals("demo/app"))
        .allMatch(request -> request.getReference().equals("1"));
  }

  @Test
  void waitsForTheRegionsThatAreNamed() {
    replication.image(List.of("us-east", "eu-west"), EVERYWHERE);
    Ran ran =
        server.run(
            "replication",
            "wait",
            "demo/app@" + FakeServer.DIGEST,
            "--regions",
            "eu-west,us-east",
            "-o",
            "json");
    assertThat(ran.code()).isZero();
    assertThat(ran.json().at("/regions/0").asString()).isEqualTo("eu-west");
    assertThat(ran.json().at("/blob_count").asInt()).isEqualTo(2);
    assertThat(replication.all(LocateImageRequest.class).getFirst().getReference())
        .isEqualTo(FakeServer.DIGEST);

    assertThat(server.run("replication", "wait", "demo/app:1", "--regions", "mars"))
        .isEqualTo(
            new Ran(
                1,
                "",
                "meridianctl: region mars is not in the cluster: expected some of eu-west,"
                    + " us-east\n"));
  }

  @Test
  void saysWhatIsMissingWhereWhenTheTimeIsOver() {
    replication.image(EAST, NOWHERE);
    Ran ran = server.run("replication", "wait", "demo/app:1", "--timeout", "3s");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "meridianctl: after 3 s not all of the 2 blobs of demo/app:1 are there: ap-south"
                + " lacks 2, such as "
                + FakeServer.DIGEST
                + "; eu-west lacks 2, such as "
                + FakeServer.DIGEST
                + "; us-east lacks 1, such as "
                + FakeServer.OTHER
                + "\n");
  }

  @Test
  void waitsThroughAnElection() {
    replication.fails(FakeServer.unavailable("no leader", "none")).image(EVERYWHERE, EVERYWHERE);
    assertThat(server.run("replication", "wait", "demo/app:1").code()).isZero();
  }

  @Test
  void doesNotWaitForWhatIsNotThereOrNotWanted() {
    replication.fails(
        FakeServer.rejected(
            Status.NOT_FOUND, "TAG_UNKNOWN", "tag 1 is not in repository demo/app"));
    assertThat(server.run("replication", "wait", "demo/app:1"))
        .isEqualTo(new Ran(1, "", "meridianctl: tag 1 is not in repository demo/app\n"));

    FakeReplication cold = new FakeReplication().image(NOWHERE, EAST, EAST);
    try (FakeServer other = FakeServer.of(cold)) {
      assertThat(other.run("replication", "wait", "demo/app:1").err())
          .isEqualTo(
              "meridianctl: the policy of repository demo/app copies nothing by itself: name"
                  + " regions with --regions\n");
    }
    assertThat(server.run("replication", "wait", "demo/app").code()).isEqualTo(2);
  }

  @Test
  void listsWhatWouldBeLostWithARegion() {
    assertThat(server.run("replication", "at-risk").code()).isEqualTo(2);
    assertThat(server.run("replication", "at-risk", "--without", "us-east").out())
        .contains(FakeServer.DIGEST + "  2.0 KiB             1")
        .contains(FakeServer.OTHER + "  2.0 KiB             3");
    assertThat(replication.all(ListAtRiskRequest.class))
        .extracting(ListAtRiskRequest::getLast)
        .containsExactly("", "a", "b");
    JsonNode json =
        server.run("replication", "at-risk", "--without", "us-east", "-o", "json").json();
    assertThat(json.at("/blobs").size()).isEqualTo(2);
    assertThat(json.at("/blobs/0").propertyNames())
        .containsExactly("digest", "size", "repositories", "image");
    assertThat(json.at("/blobs/0/image").asString()).isEqualTo("demo/app@" + FakeServer.OTHER);
  }

  @Test
  void tellsWhereABlobIs() {
    assertThat(server.run("blob", "where", FakeServer.DIGEST).out())
        .isEqualTo(
            """
            digest: %s
            size: 2.0 KiB

            REGION   VERIFIED
            eu-west  2026-11-23T10:00:00Z
            us-east  2026-11-23T10:00:00Z
            """
                .formatted(FakeServer.DIGEST));
    JsonNode json = server.run("blob", "where", FakeServer.DIGEST, "-o", "json").json();
    assertThat(json.propertyNames()).containsExactly("digest", "size", "regions");
    assertThat(json.at("/size").asLong()).isEqualTo(2048);
    assertThat(json.at("/regions/0").propertyNames()).containsExactly("region", "verified");

    assertThat(server.run("blob", "where", FakeServer.OTHER).err())
        .isEqualTo("meridianctl: no repository links blob " + FakeServer.OTHER + "\n");
    assertThat(server.run("blob", "where", "sha256:12").code()).isEqualTo(2);
  }

  @Test
  void tellsWhereTheBlobsOfAnImageAre() {
    replication.image(EVERYWHERE, EAST);
    assertThat(server.run("blob", "where", "demo/app:1").out())
        .isEqualTo(
            """
            image: demo/app:1
            digest: %1$s
            wanted: ap-south, eu-west, us-east

            DIGEST                                                                      SIZE  REGIONS
            %1$s  2.0 KiB  ap-south, eu-west, us-east
            %2$s  2.0 KiB  us-east
            """
                .formatted(FakeServer.DIGEST, FakeServer.OTHER));
    JsonNode json = server.run("blob", "where", "demo/app:1", "-o", "yaml").yaml();
    assertThat(json.at("/blobs/1/regions/0/verified").asString()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(json.at("/image").asString()).isEqualTo("demo/app:1");
  }
}

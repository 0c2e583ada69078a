package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.PeerInspection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {

  private static final long GIB = 1L << 30;

  private final FakeRaft raft = new FakeRaft();
  private final FakeServer server = FakeServer.of(raft);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void findsAHealthyClusterWell() {
    raft.status(50, FakeRaft.member("eu-west", "follower", 50, 50).build())
        .inspection(() -> healthy().build());

    Ran ran = server.run("doctor", "-o", "json");

    assertThat(ran.code()).isZero();
    assertThat(ran.json().at("/checks/0").propertyNames())
        .containsExactly("status", "check", "target", "detail", "advice");
    assertThat(checks(ran))
        .extracting(Found::status, Found::check, Found::target)
        .containsExactly(
            tuple("ok", "name", "127.0.0.1"),
            tuple("ok", "tls", server.address()),
            tuple("ok", "server", "us-east"),
            tuple("ok", "server", "eu-west"),
            tuple("ok", "quorum", "demo"),
            tuple("ok", "leader", "us-east"),
            tuple("ok", "lag", "us-east"),
            tuple("ok", "lag", "eu-west"),
            tuple("ok", "clock", "us-east"),
            tuple("ok", "clock", "eu-west"),
            tuple("ok", "disk", "us-east"),
            tuple("ok", "disk", "eu-west"),
            tuple("ok", "nodes", "eu-west"),
            tuple("ok", "nodes", "us-east"));
  }

  @Test
  void printsALineEachForPeople() {
    raft.status(50).inspection(() -> healthy().build());

    Ran ran = server.run("doctor");

    assertThat(ran.out())
        .startsWith("STATUS  CHECK")
        .containsPattern("ok +server +eu-west +80 ms from us-east and back +-\n")
        .containsPattern("ok +disk +us-east +50.0 GiB of 100.0 GiB free +-\n")
        .containsPattern("ok +tls +\\S+ +plain text, within this host +-\n");
  }

  @Test
  void tellsWhatIsWrongAndWhatToDo() {
    raft.status(
            50,
            FakeRaft.member("eu-west", "follower", 50, 20).setLagEntries(30).setLagMs(9000).build(),
            FakeRaft.member("ap-south", "unknown", 0, 0).setReachable(false).build())
        .inspection(() ->
            healthy()
                .setWallTime(timestamp(Instant.now().minus(Duration.ofHours(1))))
                .setDiskFreeBytes(100 << 20)
                .setQuorum(false)
                .clearPeers()
                .addPeers(peer().setClockOffsetMs(-2500).setDiskFreeBytes(5 * GIB))
                .addPeers(
                    PeerInspection.newBuilder()
                        .setRegion("ap-south")
                        .setGrpcAddress("127.0.0.1:5202")
                        .setError("connection refused"))
                .clearNodes()
                .addNodes(node("eu-west", true))
                .addNodes(node("us-east", true))
                .addNodes(node("us-east", false))
                .build());

    Ran ran = server.run("doctor", "-o", "json");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(checks(ran))
        .filteredOn(found -> !found.status().equals("ok"))
        .allMatch(found -> !found.advice().isEmpty())
        .extracting(Found::status, Found::check, Found::target)
        .containsExactly(
            tuple("fail", "server", "ap-south"),
            tuple("fail", "quorum", "demo"),
            tuple("warn", "lag", "eu-west"),
            tuple("fail", "clock", "us-east"),
            tuple("warn", "clock", "eu-west"),
            tuple("fail", "disk", "us-east"),
            tuple("warn", "disk", "eu-west"),
            tuple("fail", "nodes", "ap-south"),
            tuple("warn", "nodes", "eu-west"));
    assertThat(checks(ran))
        .extracting(Found::detail)
        .contains(
            "does not answer us-east at 127.0.0.1:5202: connection refused",
            "30 entries, 9 s behind the leader",
            "differs from that of us-east by 2.5 s",
            "2 joined, 1 drained");
  }

  @Test
  void missesALeader() {
    raft.fails(FakeServer.unavailable("no leader", "none"))
        .status(50)
        .inspection(() -> healthy().build());
    assertThat(server.run("doctor").code()).as("waits for an election").isZero();

    try (FakeServer leaderless =
        FakeServer.of(new FakeRaft().leaderless().inspection(() -> healthy().build()))) {
      Ran ran = leaderless.run("doctor", "-o", "json");

      assertThat(ran.code()).isEqualTo(1);
      assertThat(checks(ran))
          .filteredOn(found -> found.status().equals("fail"))
          .extracting(Found::check, Found::detail)
          .containsExactly(tuple("leader", "nobody leads"));
    }
  }

  @Test
  void tellsWhenTheServerCannotBeReached() {
    String closed = FakeServer.closedPort();

    Ran ran = Ran.of("--server", closed, "doctor", "-o", "json");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(checks(ran)).extracting(Found::status).containsExactly("ok", "ok", "fail");
    assertThat(checks(ran).getLast().detail())
        .contains("cannot reach a metadata server at " + closed);
  }

  @Test
  void tellsWhenTheNameCannotBeResolved() {
    Ran ran = Ran.of("--server", "nowhere.invalid:5200", "doctor", "-o", "json");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(checks(ran).getFirst())
        .isEqualTo(
            new Found(
                "fail",
                "name",
                "nowhere.invalid",
                "cannot be resolved",
                "mend DNS or /etc/hosts, or use --server with an address"));
  }

  @Test
  void checksPublicEndpointsToo() throws IOException {
    raft.status(50).inspection(() -> healthy().build());
    HttpServer well = endpoint(200, "ok", 200, "{\"region\":\"us-east\",\"status\":\"ok\"}");
    HttpServer unwell =
        endpoint(
            503,
            "metadata: no server answers\n",
            503,
            "{\"region\":\"eu-west\",\"status\":\"down\",\"reasons\":[\"no quorum\"]}");
    HttpServer other = endpoint(200, "ok", 404, "<html>");
    try {
      Ran ran =
          server.run(
              "doctor",
              "--registry",
              url(well),
              "--registry",
              url(unwell),
              "--registry",
              url(other),
              "--registry",
              "http://" + FakeServer.closedPort(),
              "--registry",
              "http://nowhere.invalid",
              "-o",
              "json");

      assertThat(ran.code()).isEqualTo(1);
      assertThat(checks(ran))
          .filteredOn(found -> found.target().startsWith("http"))
          .extracting(found -> tuple(found.status(), found.check(), found.detail()))
          .containsExactly(
              tuple("ok", "ready", "takes clients"),
              tuple("ok", "region", "us-east is ok"),
              tuple("fail", "ready", "503 metadata: no server answers"),
              tuple("fail", "region", "eu-west is down: no quorum"),
              tuple("ok", "ready", "takes clients"),
              tuple("fail", "region", "/health/region answers 404 without a region's health"),
              tuple("fail", "registry", "cannot be reached: the connection is refused"),
              tuple("fail", "registry", "cannot be reached: its name cannot be resolved"));
    } finally {
      List.of(well, unwell, other).forEach(each -> each.stop(0));
    }
  }

  @Test
  void refusesAnEndpointThatIsNoUrl() {
    assertThat(server.run("doctor", "--registry", "127.0.0.1:5000").code()).isEqualTo(2);
    assertThat(server.run("doctor", "--registry", "ftp://127.0.0.1").err())
        .contains("--registry ftp://127.0.0.1 is not valid: expected http://HOST:PORT");
  }

  private static InspectReply.Builder healthy() {
    return InspectReply.newBuilder()
        .setCluster("demo")
        .setRegion("us-east")
        .setWallTime(timestamp(Instant.now()))
        .setDiskFreeBytes(50 * GIB)
        .setDiskTotalBytes(100 * GIB)
        .setQuorum(true)
        .addPeers(peer())
        .addNodes(node("us-east", false))
        .addNodes(node("eu-west", false));
  }

  private static PeerInspection.Builder peer() {
    return PeerInspection.newBuilder()
        .setRegion("eu-west")
        .setGrpcAddress("127.0.0.1:5201")
        .setReachable(true)
        .setRoundTripMs(80)
        .setClockOffsetMs(3)
        .setDiskFreeBytes(50 * GIB)
        .setDiskTotalBytes(100 * GIB);
  }

  private static Node node(String region, boolean drained) {
    return Node.newBuilder().setRegion(region).setDrained(drained).build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static HttpServer endpoint(int ready, String readyBody, int region, String regionBody)
      throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(http, "/readyz", ready, readyBody);
    serve(http, "/health/region", region, regionBody);
    http.start();
    return http;
  }

  private static void serve(HttpServer http, String path, int code, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    http.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(code, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private static String url(HttpServer http) {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  private record Found(String status, String check, String target, String detail, String advice) {}

  private static List<Found> checks(Ran ran) {
    List<Found> found = new ArrayList<>();
    for (JsonNode check : ran.json().at("/checks")) {
      found.add(
          new Found(
              check.at("/status").asString(),
              check.at("/check").asString(),
              check.at("/target").asString(),
              check.at("/detail").asString(),
              check.at("/advice").asString()));
    }
    return found;
  }
}

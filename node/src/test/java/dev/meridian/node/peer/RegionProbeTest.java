package dev.meridian.node.peer;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RegionProbeTest {

  private static final RegionId OWN = RegionId.parse("us-east");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId AWAY = RegionId.parse("ap-south");

  private final Vertx vertx = Vertx.vertx();
  private final RegionDistances distances = new RegionDistances(System::nanoTime);
  private final ReplicaSelector replicas =
      new ReplicaSelector(Comparator::naturalOrder, System::nanoTime);
  private final AtomicBoolean storageUp = new AtomicBoolean();
  private PeerServer server;
  private PeerClient client;
  private RegionMap regions;

  @BeforeEach
  void start() {
    server =
        new PeerServer(
            vertx,
            "demo",
            "127.0.0.1:0",
            new NoBlobs(),
            request -> request.response().setStatusCode(404).end(),
            storageUp::get,
            PeerSettings.DEFAULTS,
            PeerTls.NONE);
    server.tellDistances(
        () -> Map.of(AWAY, Duration.ofNanos(130_000_999), OWN, Duration.ofMillis(80)));
    server.start();
    client = new PeerClient(vertx, "demo", PeerSettings.DEFAULTS, PeerTls.NONE);
    List<Membership.Member> nodes =
        List.of(
            new Membership.Member("n1", OWN, "127.0.0.1:1"),
            new Membership.Member("n2", EU, "127.0.0.1:" + server.port()),
            new Membership.Member("n3", AWAY, "127.0.0.1:1"));
    regions =
        new RegionMap(
            OWN, () -> new Membership("c", 0, nodes, List.of(), Set.of()), distances::known);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void measuresTheRegionsThatAnswer() throws Exception {
    try (RegionProbe probe = new RegionProbe(regions, client, distances, replicas)) {
      probe.start();
      eventually(() -> assertThat(distances.known()).containsOnlyKeys(EU));
      assertThat(distances.known().get(EU)).isBetween(Duration.ofNanos(1), Duration.ofSeconds(2));
      assertThat(regions.others()).containsExactly(EU, AWAY);
    }
  }

  @Test
  void learnsHowARegionFaresFromItsNodes() throws Exception {
    RegionProbe probe = new RegionProbe(regions, client, distances, replicas);
    eventually(() -> {
      // One that answers late is not heard.
      probe.probe();
      assertThat(distances.from(EU))
          .isEqualTo(Map.of(AWAY, Duration.ofMillis(130), OWN, Duration.ofMillis(80)));
    });
    assertThat(replicas.isFailing(EU)).isTrue();
    assertThat(replicas.isFailing(AWAY)).as("nobody says so").isFalse();
    assertThat(distances.from(AWAY)).isEmpty();

    storageUp.set(true);
    eventually(() -> {
      probe.probe();
      assertThat(replicas.isFailing(EU)).isFalse();
    });
  }

  @Test
  void takesNodesThatSayNothingForWell() {
    Pong pong = PeerProtocol.pong(Duration.ofMillis(3), Map.of());
    assertThat(pong).isEqualTo(new Pong(Duration.ofMillis(3), true, Map.of()));
    assertThat(
            PeerProtocol.pong(
                Duration.ofMillis(3), Map.of(PeerProtocol.DISTANCES, List.of("EU!=3,eu=x,,"))))
        .isEqualTo(pong);
  }

  @Test
  void nodesOfAnotherClusterAreAtNoDistance() {
    PeerNode node = new PeerNode("n2", EU, "127.0.0.1", server.port());
    assertThat(client.ping(node).roundTrip()).isPositive();
    try (PeerClient stranger = new PeerClient(vertx, "prod", PeerSettings.DEFAULTS, PeerTls.NONE)) {
      assertThatThrownBy(() -> stranger.ping(node))
          .isInstanceOf(PeerUnreachableException.class)
          .hasMessageContaining("this node belongs to cluster demo");
    }
  }
}

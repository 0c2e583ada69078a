package dev.meridian.node.peer;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RegionMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DistanceProbeTest {

  private static final RegionId OWN = RegionId.parse("us-east");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId AWAY = RegionId.parse("ap-south");

  private final Vertx vertx = Vertx.vertx();
  private final RegionDistances distances = new RegionDistances(System::nanoTime);
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
            () -> false,
            PeerSettings.DEFAULTS,
            PeerTls.NONE);
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
    try (DistanceProbe probe = new DistanceProbe(regions, client, distances)) {
      probe.start();
      eventually(() -> assertThat(distances.known()).containsOnlyKeys(EU));
      assertThat(distances.known().get(EU)).isBetween(Duration.ofNanos(1), Duration.ofSeconds(2));
      assertThat(regions.others()).containsExactly(EU, AWAY);
    }
  }

  @Test
  void nodesOfAnotherClusterAreAtNoDistance() {
    PeerNode node = new PeerNode("n2", EU, "127.0.0.1", server.port());
    assertThat(client.roundTrip(node)).isPositive();
    try (PeerClient stranger = new PeerClient(vertx, "prod", PeerSettings.DEFAULTS, PeerTls.NONE)) {
      assertThatThrownBy(() -> stranger.roundTrip(node))
          .isInstanceOf(PeerUnreachableException.class)
          .hasMessageContaining("this node belongs to cluster demo");
    }
  }

  private static final class NoBlobs implements PeerBlobs {
    @Override
    public PeerBlob openHeld(BlobRequest request) {
      throw new PeerRefusedException(PeerRefusedException.Reason.NOT_FOUND, "none");
    }

    @Override
    public PeerBlob openFetched(BlobRequest request) {
      throw new PeerRefusedException(PeerRefusedException.Reason.NOT_FOUND, "none");
    }

    @Override
    public void copy(BlobRequest request) {
      throw new PeerRefusedException(PeerRefusedException.Reason.UNAVAILABLE, "none");
    }
  }
}

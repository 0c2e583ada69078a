package dev.meridian.node.peer;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.routing.RegionMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StandInStorageTest {

  private static final RegionId OWN = RegionId.parse("us-east");
  private static final RegionId FIRST = RegionId.parse("ap-south");
  private static final RegionId SECOND = RegionId.parse("eu-west");

  private final Vertx vertx = Vertx.vertx();
  private final PeerClient client =
      new PeerClient(vertx, "demo", PeerSettings.DEFAULTS, PeerTls.NONE);
  private final List<Membership.Member> nodes = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile CompletableFuture<Void> allAsked;
  private StandInStorage standIns;

  @BeforeEach
  void start() {
    nodes.add(new Membership.Member("own", OWN, "127.0.0.1:1"));
    RegionMap regions =
        new RegionMap(OWN, () -> new Membership("c1", 1, nodes, List.of(), Set.of()));
    standIns = new StandInStorage(regions, client);
  }

  @AfterEach
  void stop() {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A node that answers when two nodes have been asked. */
  private void node(RegionId region, int status) {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(request -> answerTogether(request, status))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    nodes.add(new Membership.Member("n" + port, region, "127.0.0.1:" + port));
  }

  private void answerTogether(HttpServerRequest request, int status) {
    CompletableFuture<Void> together = allAsked;
    var unused = together.thenRun(() -> request.response().setStatusCode(status).end());
    if (asked.incrementAndGet() == 2) {
      together.complete(null);
    }
  }

  private Optional<RegionId> find() {
    asked.set(0);
    allAsked = new CompletableFuture<>();
    return standIns.find(region -> true);
  }

  @Test
  void asksAllRegionsAtOnceAndTakesTheOneThatAnswers() throws Exception {
    node(FIRST, 200);
    node(SECOND, 503);
    // A node is waited for so long only.
    eventually(() -> assertThat(find()).contains(FIRST));
  }

  @Test
  void findsNoneWhereNoneAnswersOrNoneIsAllowed() throws Exception {
    assertThat(find()).isEmpty();
    node(FIRST, 503);
    node(SECOND, 503);
    assertThat(find()).isEmpty();
    assertThat(standIns.find(region -> false)).isEmpty();
  }
}

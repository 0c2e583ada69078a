package dev.meridian.node.limits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import dev.meridian.node.limits.LimitSettings.Classes;
import dev.meridian.node.peer.NoBlobs;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.routing.ClusterOwners;
import dev.meridian.node.routing.PeerNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over the internal listener of a node. */
@Timeout(60)
final class LimitsBetweenNodesTest {

  private static final LimitKey ALICE = LimitKey.account("alice");
  private static final LimitSettings SETTINGS =
      new LimitSettings(
          Classes.NONE,
          new Classes(Optional.of(new RateLimit(100, Duration.ofHours(1))), Optional.empty()),
          Optional.empty());

  private final Vertx vertx = Vertx.vertx();
  private final PeerClient client =
      new PeerClient(vertx, "demo", PeerSettings.DEFAULTS, PeerTls.NONE);
  private final RateLimits ofOwner = limits();
  private final RateLimits ofOther = limits();
  private PeerServer server;
  private PeerNode owner;
  private Settlement settlement;

  private static RateLimits limits() {
    return new RateLimits(SETTINGS, () -> 0, new SimpleMeterRegistry());
  }

  @BeforeEach
  void start() {
    server =
        new PeerServer(
            vertx,
            "demo",
            "127.0.0.1:0",
            new NoBlobs(),
            request -> request.response().setStatusCode(404).end(),
            () -> true,
            PeerSettings.DEFAULTS,
            PeerTls.NONE);
    server.answerLimits(
        new Settlement(ofOwner, () -> new ClusterOwners(List.of(), "owner"), client::settleLimits)
            ::answer);
    server.start();
    owner = new PeerNode("owner", RegionId.parse("us-east"), "127.0.0.1", server.port());
    settlement =
        new Settlement(ofOther, () -> new ClusterOwners(List.of(owner), "other"), this::settle);
  }

  /** A report may be told again: a busy machine is not to make the owner silent. */
  private String settle(PeerNode node, String report) {
    for (int attempt = 1; ; attempt++) {
      try {
        return client.settleLimits(node, report);
      } catch (PeerUnreachableException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  @AfterEach
  void stop() {
    settlement.close();
    client.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whatOneNodeGrantedTheOtherOneHasLess() throws Exception {
    for (int i = 0; i < 30; i++) {
      ofOwner.take(ALICE, LimitClass.PULLS);
    }
    take(10);

    assertRemaining(ofOwner, 60);
    assertRemaining(ofOther, 60);
  }

  @Test
  void keepsToWhatItKnowsWhenAnOwnerAnswersNonsenseOrRefuses() throws Exception {
    for (String answer : List.of("", "x\n", "1\n2\n", "<html>")) {
      server.answerLimits(report -> answer);
      take(10);
      assertThat(ofOther.peek(ALICE, LimitClass.PULLS).allowed()).isTrue();
    }
    assertRemaining(ofOther, 60);
    server.answerLimits(report -> {
      throw new PeerRefusedException(Reason.UNAVAILABLE, "not now");
    });
    take(10);
    server.answerLimits(report -> {
      throw new IllegalStateException("a bug");
    });
    take(10);
    assertRemaining(ofOther, 40);

    // What was refused is told when there is an owner again.
    server.answerLimits(report -> {
      assertThat(report).contains("pulls account 20 40 first alice");
      return "35\n";
    });
    take(0);
    assertRemaining(ofOther, 35);
  }

  private void take(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      ofOther.take(ALICE, LimitClass.PULLS);
    }
    for (Thread each : settlement.settle()) {
      each.join();
    }
  }

  private static void assertRemaining(RateLimits limits, int count) {
    assertThat(limits.peek(ALICE, LimitClass.PULLS).headers())
        .containsEntry("ratelimit-remaining", count + ";w=3600");
  }

  @Test
  void carriesTheLongestReport() {
    String line = "pulls account 0 100 again " + "a".repeat(128) + "\n";
    String report = "limits 1 other 1\n" + line.repeat(SettlementText.MOST_LINES);

    assertThat(settle(owner, report)).isEqualTo("100\n".repeat(SettlementText.MOST_LINES));
  }

  @Test
  void refusesWhatIsNoReport() throws Exception {
    assertThatThrownBy(() -> settle(owner, "limits 1 other 1\nnonsense\n"))
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.INVALID);
              assertThat(refused).hasMessageContaining("line 2 is malformed");
            });
    assertThat(post("demo", BodyPublishers.ofByteArray(new byte[] {-1, 0, 10})).statusCode())
        .isEqualTo(400);
    assertThat(post("demo", BodyPublishers.ofByteArray(new byte[(1 << 20) + 1])).statusCode())
        .isEqualTo(413);
    // Without a length.
    byte[] report = "limits 1 other 1\npulls account 3 97 first alice\n".getBytes(UTF_8);
    assertThat(
            post("demo", BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(report)))
                .statusCode())
        .isEqualTo(413);
    assertThat(post("another", BodyPublishers.ofByteArray(report)).statusCode()).isEqualTo(403);

    assertThat(ofOwner.all()).isEmpty();
    assertThat(post("demo", BodyPublishers.ofByteArray(report)).body()).isEqualTo("97\n");
  }

  @Test
  void aNodeThatIsGoneIsUnreachable() {
    server.close();

    assertThatThrownBy(() -> client.settleLimits(owner, "limits 1 other 1\n"))
        .isInstanceOf(PeerUnreachableException.class);
  }

  private HttpResponse<String> post(String cluster, BodyPublisher body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.port() + "/internal/limits"))
              .header("meridian-cluster", cluster)
              .POST(body)
              .build(),
          BodyHandlers.ofString());
    }
  }
}

package dev.meridian.node.peer;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.streams.ReadStreamInput;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PeerForwardingTest {

  private static final Digest BROKEN = Digest.of(Digest.Algorithm.SHA256, new byte[0]);

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final String UPLOAD = "/v2/demo/app/blobs/uploads/token";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final PeerSettings SETTINGS = new PeerSettings(PATIENCE, PATIENCE, PATIENCE, 8);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicBoolean storageUp = new AtomicBoolean(true);

  private final AtomicReference<Throwable> broken = new AtomicReference<>();

  /** What the last upload request carried, or how it broke off. */
  private final CompletableFuture<String> received = new CompletableFuture<>();

  private PeerServer server;
  private PeerClient client;
  private PeerNode node;

  @BeforeEach
  void start() {
    server = server("127.0.0.1:0");
    server.start();
    client = new PeerClient(vertx, "demo", SETTINGS, PeerTls.NONE);
    node = new PeerNode("n1", REGION, "127.0.0.1", server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private PeerServer server(String address) {
    return new PeerServer(
        vertx,
        "demo",
        address,
        new NoBlobs(),
        this::upload,
        storageUp::get,
        SETTINGS,
        PeerTls.NONE);
  }

  /** Answers with the digest of the body, what it was asked, and a body of its own. */
  private void upload(HttpServerRequest request) {
    Context context = Vertx.currentContext();
    if (request.path().endsWith("refused")) {
      request.response().setStatusCode(404).end("no such upload");
      return;
    }
    InputStream body = new ReadStreamInput(context, request, PATIENCE, () -> {});
    Thread.ofVirtual()
        .start(() -> {
          try {
            MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
            long count =
                new DigestInputStream(body, hash).transferTo(OutputStream.nullOutputStream());
            String answer =
                request.method()
                    + " "
                    + request.uri()
                    + " "
                    + request.getHeader("content-range")
                    + " "
                    + count
                    + " "
                    + Digest.ofHash(Digest.Algorithm.SHA256, hash.digest());
            received.complete(answer);
            context.runOnContext(now ->
                request
                    .response()
                    .setStatusCode(202)
                    .putHeader("Location", UPLOAD + "2")
                    .end(answer));
          } catch (IOException e) {
            received.completeExceptionally(e);
          }
        });
  }

  @Test
  void carriesMethodQueryHeadersAndALongBodyOfUnknownLength() throws Exception {
    byte[] content = new byte[20_000_000];
    content[7] = 1;

    PeerReply reply =
        client.forward(
            List.of(node),
            new PeerRequest(
                "PATCH",
                UPLOAD + "?a=b%2Fc",
                Map.of("Content-Range", List.of("0-19999999"), "Connection", List.of("close")),
                Optional.of(new ByteArrayInputStream(content)),
                OptionalLong.empty()));

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.headers()).containsEntry("location", List.of(UPLOAD + "2"));
    assertThat(text(reply))
        .isEqualTo(
            "PATCH "
                + UPLOAD
                + "?a=b%2Fc 0-19999999 20000000 "
                + Digest.of(Digest.Algorithm.SHA256, content));
  }

  @Test
  void carriesRequestsWithoutABodyAndOfKnownLength() throws Exception {
    assertThat(text(forward("DELETE", UPLOAD, Optional.empty(), OptionalLong.empty())))
        .startsWith("DELETE " + UPLOAD + " null 0 ");
    InputStream body = new ByteArrayInputStream(new byte[5]);
    assertThat(text(forward("PUT", UPLOAD, Optional.of(body), OptionalLong.of(5))))
        .startsWith("PUT " + UPLOAD + " null 5 ");
  }

  @Test
  void triesTheNextNodeWhenOneCannotBeConnectedTo() throws Exception {
    PeerServer dead = server("127.0.0.1:0");
    dead.start();
    PeerNode gone = new PeerNode("n0", REGION, "127.0.0.1", dead.port());
    dead.close();
    InputStream body = new ByteArrayInputStream(new byte[5]);

    PeerReply reply =
        client.forward(
            List.of(gone, node),
            new PeerRequest("PUT", UPLOAD, Map.of(), Optional.of(body), OptionalLong.of(5)));

    assertThat(text(reply)).contains(" 5 sha256:");
    assertThatThrownBy(() ->
            client.forward(
                List.of(gone),
                new PeerRequest("GET", UPLOAD, Map.of(), Optional.empty(), OptionalLong.empty())))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("n0");
    assertThatThrownBy(() ->
            client.forward(
                List.of(),
                new PeerRequest("GET", UPLOAD, Map.of(), Optional.empty(), OptionalLong.empty())))
        .isInstanceOf(PeerUnreachableException.class);
  }

  @Test
  void asksTheNextNodeWhenOneTakesARequestWithoutABodyAndIsSilent() throws Exception {
    PeerSettings quick = new PeerSettings(PATIENCE, Duration.ofSeconds(4), PATIENCE, 8);
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        PeerClient impatient = new PeerClient(vertx, "demo", quick, PeerTls.NONE)) {
      PeerNode frozen = new PeerNode("n0", REGION, "127.0.0.1", silent.getLocalPort());
      PeerReply reply =
          impatient.forward(
              // More than once, since this node may be slow too.
              List.of(frozen, node, node, node),
              new PeerRequest("POST", UPLOAD, Map.of(), Optional.empty(), OptionalLong.empty()));
      assertThat(text(reply)).startsWith("POST " + UPLOAD);
    }
  }

  @Test
  void aBodyThatBreaksOffBreaksOffThere() {
    InputStream broken =
        new InputStream() {
          private int left = 1_000_000;

          @Override
          public int read() throws IOException {
            if (left == 0) {
              throw new IOException("the client vanished");
            }
            left--;
            return 0;
          }
        };

    assertThatThrownBy(() -> forward("PATCH", UPLOAD, Optional.of(broken), OptionalLong.empty()))
        .isInstanceOf(IOException.class)
        .hasMessage("the client vanished");
    assertThatThrownBy(() -> received.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void handsBackAnAnswerThatComesBeforeTheBodyIsRead() throws Exception {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }
        };

    PeerReply reply =
        forward(
            "PATCH",
            "/v2/demo/app/blobs/uploads/refused",
            Optional.of(endless),
            OptionalLong.empty());

    assertThat(reply.status()).isEqualTo(404);
    assertThat(text(reply)).isEqualTo("no such upload");
    assertThat(text(forward("GET", UPLOAD, Optional.empty(), OptionalLong.empty())))
        .startsWith("GET");
  }

  @Test
  void saysWhetherTheRegionsStorageAnswers() throws Exception {
    eventually(() -> assertThat(client.storageAnswers(node)).isTrue());
    storageUp.set(false);
    assertThat(client.storageAnswers(node)).isFalse();
    server.close();
    assertThat(client.storageAnswers(node)).isFalse();
  }

  @Test
  void refusalsKeepTheirReasonAndMessage() {
    BlobRequest request =
        new BlobRequest(Digest.of(Digest.Algorithm.SHA512, new byte[0]), Optional.empty(), 7);

    assertThatThrownBy(() -> client.openHeld(node, request))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
        .hasMessageContaining("at 7");
    assertThatThrownBy(() -> client.openFetched(node, request))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  @Test
  void asksForCopiesAndKeepsTheAnswer() {
    client.copy(node, BROKEN, 7, Duration.ofSeconds(10));

    Digest other = Digest.of(Digest.Algorithm.SHA512, new byte[0]);
    assertThatThrownBy(() -> client.copy(node, other, 7, Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("no holder of " + other);
  }

  @Test
  void answersAtOnceWhenABlobFailsBeforeItsFirstByte() {
    for (Throwable failure : List.of(new IllegalStateException("x"), new StackOverflowError())) {
      broken.set(failure);
      BlobRequest request = new BlobRequest(BROKEN, Optional.empty(), 7);
      assertThatThrownBy(() -> client.openHeld(node, request))
          .isInstanceOf(PeerRefusedException.class)
          .hasMessageContaining("503 internal error");
    }
  }

  @Test
  void otherClustersAreRefused() throws Exception {
    try (PeerClient stranger = new PeerClient(vertx, "prod", SETTINGS, PeerTls.NONE)) {
      PeerReply reply =
          stranger.forward(
              List.of(node),
              new PeerRequest("GET", UPLOAD, Map.of(), Optional.empty(), OptionalLong.empty()));
      assertThat(reply.status()).isEqualTo(403);
      assertThat(text(reply)).contains("cluster demo");
    }
  }

  @Test
  void pathsThatAreNoneOfOursAreRefused() throws Exception {
    for (String path :
        List.of(
            "/",
            "/v2/",
            "/internal/held/",
            "/internal/held/x",
            "/internal/held/../../etc/passwd",
            "/internal/held/a/%2e%2e/sha256:00",
            "/internal/fetched/a/sha256:zz")) {
      PeerReply reply = forward("GET", path, Optional.empty(), OptionalLong.empty());
      assertThat(reply.status()).as(path).isIn(400, 404);
      reply.body().close();
    }
  }

  @Test
  void staysOnLoopback() {
    for (String address : List.of("0.0.0.0:0", "192.0.2.1:0", ":5100", "5100", "127.0.0.1:x")) {
      assertThatThrownBy(() -> server(address).start())
          .as(address)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("internal.addr \"" + address + "\"");
    }
  }

  private PeerReply forward(
      String method, String target, Optional<InputStream> body, OptionalLong length)
      throws IOException {
    return client.forward(List.of(node), new PeerRequest(method, target, Map.of(), body, length));
  }

  private static String text(PeerReply reply) throws IOException {
    try (InputStream body = reply.body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Fails as the test says. */
  private final class BrokenStream extends InputStream {
    @Override
    public int read() {
      switch (broken.get()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError("no failure was set");
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return read();
    }
  }

  /** Has no blob but a broken one, and fails when one is to be fetched. */
  private final class NoBlobs implements PeerBlobs {
    @Override
    public PeerBlob openHeld(BlobRequest request) {
      if (request.digest().equals(BROKEN)) {
        return new PeerBlob(new BlobBody.StreamBody(new BrokenStream(), 2048), 2048);
      }
      throw new PeerRefusedException(
          Reason.NOT_FOUND, "no " + request.digest() + " at " + request.minRevision());
    }

    @Override
    public PeerBlob openFetched(BlobRequest request) {
      throw new IllegalStateException("a bug");
    }

    @Override
    public void copy(BlobRequest request) {
      if (!request.digest().equals(BROKEN)) {
        throw new PeerRefusedException(Reason.UNAVAILABLE, "no holder of " + request.digest());
      }
    }
  }
}

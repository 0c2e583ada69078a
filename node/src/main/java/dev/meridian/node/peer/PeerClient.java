package dev.meridian.node.peer;

import dev.meridian.model.Digest;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import dev.meridian.node.routing.PeerNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other nodes. Every method blocks, has deadlines, and may be called by any thread but an
 * event loop's.
 */
public final class PeerClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

  /** Completing a large upload may have its bytes read once more. */
  private static final Duration FORWARDED_ANSWER = Duration.ofMinutes(15);

  /** Until what needs no work is answered. */
  private static final Duration PROBE_ANSWER = Duration.ofSeconds(2);

  /** A node that has not answered for so long while it works is asked whether it is alive. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** Connections in the pool that nobody uses. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  private static final int LONGEST_MESSAGE = 1024;

  private final Vertx vertx;
  private final String cluster;
  private final PeerSettings settings;
  private final HttpClient client;

  /**
   * @param cluster name of the cluster, which nodes of another one refuse
   * @param tls how other nodes are known
   */
  public PeerClient(Vertx vertx, String cluster, PeerSettings settings, PeerTls tls) {
    this.vertx = vertx;
    this.cluster = cluster;
    this.settings = settings;
    this.client =
        vertx.createHttpClient(
            tls.secured(
                new HttpClientOptions()
                    .setConnectTimeout((int) settings.connect().toMillis())
                    .setKeepAliveTimeout((int) IDLE.toSeconds()),
                settings.connect()),
            new PoolOptions().setHttp1MaxSize(settings.connections()));
  }

  /**
   * Opens a copy that the node's region holds.
   *
   * @throws PeerUnreachableException when the node does not answer
   * @throws PeerRefusedException when it answers that it has none
   */
  public RemoteBlob openHeld(PeerNode node, BlobRequest request) {
    return open(node, PeerProtocol.HELD, request, settings);
  }

  /**
   * Has another node of the own region fetch a blob.
   *
   * @throws PeerUnreachableException when the node does not answer
   * @throws PeerRefusedException when it answers that no holder can be reached
   */
  public RemoteBlob openFetched(PeerNode node, BlobRequest request) {
    return open(node, PeerProtocol.FETCHED, request, settings.behindAnother());
  }

  /**
   * Has a node of another region bring a copy of a blob there; returns when that region holds one.
   *
   * @param bound how long that may take
   * @throws PeerUnreachableException when the node does not answer in time; the copy may be made
   *     yet
   * @throws PeerRefusedException when it answers that it cannot
   */
  public void copy(PeerNode node, Digest digest, long minRevision, Duration bound) {
    BlobRequest request = new BlobRequest(digest, Optional.empty(), minRevision);
    PeerReply reply =
        ask(
            "POST",
            node,
            PeerProtocol.path(PeerProtocol.COPIES, request),
            Map.of(PeerProtocol.SEEN, List.of(Long.toString(minRevision))),
            settings.withAnswer(bound));
    String message = message(reply);
    if (reply.status() != 204) {
      throw new PeerRefusedException(
          Reason.ofStatus(reply.status()), node + ": " + reply.status() + " " + message);
    }
  }

  /** Whether the object storage of the node's region answers; false too when the node does not. */
  public boolean storageAnswers(PeerNode node) {
    try {
      PeerReply reply =
          get(node, PeerProtocol.STORAGE, Map.of(), settings.withAnswer(PROBE_ANSWER));
      message(reply);
      return reply.status() == 200;
    } catch (PeerUnreachableException e) {
      LOG.debug("object storage of {} is not known", node.region(), e);
      return false;
    }
  }

  /**
   * Tells the node what was granted of rate limits that it owns.
   *
   * @param report at most 1 MiB of text
   * @return what it answers
   * @throws PeerUnreachableException when the node does not answer; it may have been told yet
   * @throws PeerRefusedException when it answers that it takes no such report
   */
  public String settleLimits(PeerNode node, String report) {
    PeerExchange exchange =
        PeerExchange.connect(vertx, client, node, settings, "POST", PeerProtocol.LIMITS);
    byte[] sent = report.getBytes(StandardCharsets.UTF_8);
    exchange.head(endToEnd(Map.of()), OptionalLong.of(sent.length), true);
    try {
      exchange.send(new ByteArrayInputStream(sent));
      PeerReply reply = exchange.reply(PROBE_ANSWER);
      if (reply.status() != 200) {
        throw new PeerRefusedException(
            Reason.ofStatus(reply.status()), node + ": " + reply.status() + " " + message(reply));
      }
      try (InputStream body = reply.body()) {
        return new String(body.readNBytes(PeerProtocol.LONGEST_REPORT), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new PeerUnreachableException(node + ": " + e.getMessage(), e);
    }
  }

  /**
   * Has the node answer what needs no work.
   *
   * @throws PeerUnreachableException when it does not answer
   */
  public Pong ping(PeerNode node) {
    long begun = System.nanoTime();
    PeerReply reply = get(node, PeerProtocol.PING, Map.of(), settings.withAnswer(PROBE_ANSWER));
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    String message = message(reply);
    if (reply.status() != 200) {
      throw new PeerUnreachableException(
          node + " does not answer a ping: " + reply.status() + " " + message, null);
    }
    return PeerProtocol.pong(took, reply.headers());
  }

  /**
   * Sends a request to the first of these nodes that can be connected to, and hands back its
   * answer. Once bytes may have been sent, no further node is tried; a request without any that
   * completes no upload may be made twice, and goes to the next when one does not answer.
   *
   * @throws PeerUnreachableException when none can be connected to, or the one that was sent the
   *     request does not answer
   * @throws IOException what the request's body threw
   */
  public PeerReply forward(List<PeerNode> nodes, PeerRequest request) throws IOException {
    if (request.body().isEmpty() && !request.method().equals("PUT")) {
      // Half, so that the next one has its turn before the client's load balancer cuts.
      PeerSettings bounds = settings.withAnswer(settings.answer().dividedBy(2));
      return first(
          nodes, node -> ask(request.method(), node, request.target(), request.headers(), bounds));
    }
    PeerExchange exchange =
        first(
            nodes,
            node ->
                PeerExchange.connect(
                    vertx, client, node, settings, request.method(), request.target()));
    exchange.head(endToEnd(request.headers()), request.length(), request.body().isPresent());
    if (request.body().isEmpty()) {
      exchange.end();
      return exchange.reply(FORWARDED_ANSWER);
    }
    boolean sentWhole = exchange.send(request.body().get());
    return exchange.reply(sentWhole ? FORWARDED_ANSWER : settings.connect());
  }

  private static <T> T first(List<PeerNode> nodes, Function<PeerNode, T> attempt) {
    PeerUnreachableException last = new PeerUnreachableException("the region has no node", null);
    for (PeerNode node : nodes) {
      try {
        return attempt.apply(node);
      } catch (PeerUnreachableException e) {
        LOG.warn("{} does not answer; trying the next", node, e);
        last = e;
      }
    }
    throw last;
  }

  private RemoteBlob open(PeerNode node, String prefix, BlobRequest request, PeerSettings bounds) {
    Map<String, List<String>> headers = new TreeMap<>();
    headers.put(PeerProtocol.SEEN, List.of(Long.toString(request.minRevision())));
    request.range().ifPresent(range -> headers.put("range", List.of(PeerProtocol.range(range))));
    PeerReply reply = get(node, PeerProtocol.path(prefix, request), headers, bounds);
    if (reply.status() != (request.range().isPresent() ? 206 : 200)) {
      throw new PeerRefusedException(
          Reason.ofStatus(reply.status()), node + ": " + reply.status() + " " + message(reply));
    }
    return new RemoteBlob(
        reply.body(), Long.parseLong(reply.headers().get("content-length").getFirst()));
  }

  private PeerReply get(
      PeerNode node, String target, Map<String, List<String>> headers, PeerSettings bounds) {
    return ask("GET", node, target, headers, bounds);
  }

  private PeerReply ask(
      String method,
      PeerNode node,
      String target,
      Map<String, List<String>> headers,
      PeerSettings bounds) {
    PeerExchange exchange = PeerExchange.connect(vertx, client, node, bounds, method, target);
    exchange.head(endToEnd(headers), OptionalLong.empty(), false);
    exchange.end();
    return exchange.reply(bounds.answer(), SILENCE, () -> isAlive(node));
  }

  /** A process that was stopped keeps its connections, and would be waited for to the end. */
  private boolean isAlive(PeerNode node) {
    try {
      LOG.debug("{} answered a ping after {}", node, ping(node).roundTrip());
      return true;
    } catch (PeerUnreachableException e) {
      LOG.warn("{} works on a request and does not answer a ping: {}", node, e.getMessage());
      return false;
    }
  }

  /** Headers that travel on, and those that this hop adds. */
  private Map<String, List<String>> endToEnd(Map<String, List<String>> headers) {
    Map<String, List<String>> sent = new TreeMap<>();
    headers.forEach((name, values) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!PeerProtocol.isOfConnection(lower) && !lower.equals("content-length")) {
        sent.put(lower, values);
      }
    });
    sent.put(PeerProtocol.CLUSTER, List.of(cluster));
    return sent;
  }

  /** A short text; the body is closed. */
  private static String message(PeerReply reply) {
    try (InputStream body = reply.body()) {
      String text = new String(body.readNBytes(LONGEST_MESSAGE), StandardCharsets.UTF_8).strip();
      return body.read() < 0 ? text : text + "...";
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}

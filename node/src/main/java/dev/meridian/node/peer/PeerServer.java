package dev.meridian.node.peer;

import dev.meridian.model.RegionId;
import dev.meridian.node.peer.PeerBlobs.PeerBlob;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import dev.meridian.node.streams.WriteStreamOutput;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The internal listener. Without certificates, by which nodes know one another, on loopback only.
 *
 * <p>Each request for a blob runs on a virtual thread of its own; those of upload sessions are
 * handed to the public API's handler, on their event loop.
 */
public final class PeerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);

  /** What a client's request may have that is passed on, and what is added to it. */
  private static final int LONGEST_REQUEST_LINE = 32 * 1024;

  private static final int LARGEST_HEADERS = 64 * 1024;

  private final String cluster;
  private final String address;
  private final PeerBlobs blobs;
  private final Handler<HttpServerRequest> uploads;
  private final BooleanSupplier storageUp;
  private final Duration patience;
  private final boolean mutual;
  private final HttpServer server;
  private volatile UnaryOperator<String> limits = PeerServer::noLimits;
  private volatile Supplier<Map<RegionId, Duration>> distances = Map::of;

  /**
   * @param cluster name of the cluster; requests of another one are refused
   * @param address host:port; port 0 takes a free one
   * @param uploads takes the requests under {@code /v2/<name>/blobs/uploads/}
   * @param storageUp whether this region's object storage answers
   * @param tls how other nodes are known
   */
  public PeerServer(
      Vertx vertx,
      String cluster,
      String address,
      PeerBlobs blobs,
      Handler<HttpServerRequest> uploads,
      BooleanSupplier storageUp,
      PeerSettings settings,
      PeerTls tls) {
    this.cluster = cluster;
    this.address = address;
    this.blobs = blobs;
    this.uploads = uploads;
    this.storageUp = storageUp;
    this.patience = settings.progress();
    this.mutual = tls.isMutual();
    this.server =
        vertx
            .createHttpServer(
                tls.secured(
                    new HttpServerOptions()
                        .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
                        .setMaxHeaderSize(LARGEST_HEADERS)))
            .exceptionHandler(e -> LOG.info("refused at the internal listener: {}", reason(e)))
            .requestHandler(this::handle);
  }

  /**
   * Has other nodes' reports of rate limits answered; to be called before the start.
   *
   * @param ledger the answer to a report; throws PeerRefusedException for what is none
   */
  public void answerLimits(UnaryOperator<String> ledger) {
    limits = ledger;
  }

  /**
   * Has other nodes told how far regions are; to be called before the start.
   *
   * @param known round trips from this region, as far as they are known
   */
  public void tellDistances(Supplier<Map<RegionId, Duration>> known) {
    distances = known;
  }

  /**
   * Begins to listen.
   *
   * @throws IllegalArgumentException when the address is not host:port, or not on loopback although
   *     nodes do not authenticate one another
   * @throws java.util.concurrent.CompletionException when it is taken
   */
  public void start() {
    int colon = address.lastIndexOf(':');
    try {
      String host = address.substring(0, Math.max(colon, 0));
      int port = Integer.parseInt(address.substring(colon + 1));
      if (host.isEmpty() || !mutual && !InetAddress.getByName(host).isLoopbackAddress()) {
        throw new IllegalArgumentException(
            "internal.addr \""
                + address
                + "\" is not on loopback: without tls.certificate nodes do not authenticate one"
                + " another, so that nobody else may reach this listener; expected"
                + " 127.0.0.1:<port>, or tls.ca, tls.certificate and tls.key");
      }
      server.listen(port, host).toCompletionStage().toCompletableFuture().join();
    } catch (NumberFormatException | UnknownHostException e) {
      throw new IllegalArgumentException(
          "internal.addr \"" + address + "\" is not valid: expected host:port", e);
    }
  }

  /** The port that it listens on, once started. */
  public int port() {
    return server.actualPort();
  }

  /** The innermost cause says what was wrong with a certificate. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private void handle(HttpServerRequest request) {
    String path = request.path();
    if (!cluster.equals(request.getHeader(PeerProtocol.CLUSTER))) {
      end(request, 403, "this node belongs to cluster " + cluster);
    } else if (PeerProtocol.isUpload(path)) {
      uploads.handle(request);
    } else if (path.startsWith(PeerProtocol.COPIES) && request.method().equals(HttpMethod.POST)) {
      copy(request, path.substring(PeerProtocol.COPIES.length()));
    } else if (path.equals(PeerProtocol.LIMITS) && request.method().equals(HttpMethod.POST)) {
      settleLimits(request);
    } else if (!request.method().equals(HttpMethod.GET)) {
      end(request, 405, "expected GET");
    } else if (path.equals(PeerProtocol.STORAGE)) {
      boolean up = storageUp.getAsBoolean();
      end(request, up ? 200 : 503, up ? "ok" : "object storage does not answer");
    } else if (path.equals(PeerProtocol.PING)) {
      request
          .response()
          .putHeader(
              PeerProtocol.STORAGE_STATE, PeerProtocol.storageState(storageUp.getAsBoolean()))
          .putHeader(PeerProtocol.DISTANCES, PeerProtocol.distances(distances.get()))
          .end();
    } else if (path.startsWith(PeerProtocol.HELD)) {
      answer(request, path.substring(PeerProtocol.HELD.length()), blobs::openHeld);
    } else if (path.startsWith(PeerProtocol.FETCHED)) {
      answer(request, path.substring(PeerProtocol.FETCHED.length()), blobs::openFetched);
    } else {
      end(request, 404, "no such path");
    }
  }

  private void answer(
      HttpServerRequest request, String digest, Function<BlobRequest, PeerBlob> source) {
    inBackground(request, digest, (context, blob) -> send(context, request, source.apply(blob)));
  }

  private void copy(HttpServerRequest request, String digest) {
    inBackground(
        request,
        digest,
        (context, blob) -> {
          blobs.copy(blob);
          context.runOnContext(now -> request.response().setStatusCode(204).end());
        });
  }

  private void settleLimits(HttpServerRequest request) {
    OptionalLong length = PeerProtocol.length(request.getHeader("content-length"));
    if (length.isEmpty() || length.getAsLong() > PeerProtocol.LONGEST_REPORT) {
      end(request, 413, "expected at most " + PeerProtocol.LONGEST_REPORT + " bytes, told before");
      return;
    }
    request
        .body()
        .onSuccess(body ->
            inBackground(
                request,
                "limits",
                context -> {
                  String answer = limits.apply(body.toString(StandardCharsets.UTF_8));
                  context.runOnContext(now -> request.response().end(answer));
                }))
        .onFailure(e -> LOG.debug("a report of rate limits broke off", e));
  }

  private static String noLimits(String report) {
    throw new PeerRefusedException(Reason.NOT_FOUND, "this node settles no limits");
  }

  private void inBackground(
      HttpServerRequest request, String digest, BiConsumer<Context, BlobRequest> work) {
    Optional<String> range = Optional.ofNullable(request.getHeader("range"));
    Optional<String> seen = Optional.ofNullable(request.getHeader(PeerProtocol.SEEN));
    inBackground(
        request,
        digest,
        context -> work.accept(context, PeerProtocol.request(digest, range, seen)));
  }

  private void inBackground(HttpServerRequest request, String what, Consumer<Context> work) {
    Context context = Vertx.currentContext();
    Thread.ofVirtual()
        .name("peer-" + what)
        .start(() -> {
          try {
            work.accept(context);
          } catch (PeerRefusedException e) {
            context.runOnContext(
                now -> end(request, e.reason().status(), String.valueOf(e.getMessage())));
          } catch (Throwable e) {
            // An error of the platform too: the other node must not wait for its deadline.
            LOG.error("a request of another node for {} failed", what, e);
            context.runOnContext(
                now -> end(request, Reason.UNAVAILABLE.status(), "internal error"));
          }
        });
  }

  /** A body that breaks off resets the connection, so that the other side never takes it whole. */
  private void send(Context context, HttpServerRequest request, PeerBlob blob) {
    HttpServerResponse response = request.response();
    try (InputStream body = blob.body().openStream()) {
      long length = blob.body().length();
      context.runOnContext(now ->
          response
              .setStatusCode(request.getHeader("range") == null ? 200 : 206)
              .putHeader("content-length", Long.toString(length)));
      WriteStreamOutput out = new WriteStreamOutput(context, response, patience);
      long sent = out.writeAll(body);
      if (sent != length) {
        throw new IOException("the body ended after " + sent + " of " + length + " bytes");
      }
      out.end();
    } catch (IOException e) {
      LOG.warn("sending {} to another node broke off: {}", request.path(), e.getMessage());
      context.runOnContext(now -> response.reset());
    }
  }

  private static void end(HttpServerRequest request, int status, String message) {
    HttpServerResponse response = request.response();
    if (response.headWritten()) {
      response.reset();
      return;
    }
    // A blob's length may have been set before its first byte failed to come.
    response.headers().remove("content-length");
    response.setStatusCode(status).putHeader("content-type", "text/plain").end(message + "\n");
  }

  /** Takes no new requests, waits for those in flight at most so long, then closes. */
  public void stop(Duration drain) {
    server.shutdown(drain).toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}

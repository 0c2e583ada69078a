package dev.meridian.node.http;

import dev.meridian.node.http.exchange.ErrorResponses;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.RequestBody;
import dev.meridian.node.http.exchange.RequestsInFlight;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.http.exchange.ResponseBody;
import dev.meridian.node.registry.RevisionTracking;
import dev.meridian.node.registry.RevisionTracking.Seen;
import dev.meridian.node.routing.ClientAddresses;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs each request on a virtual thread of its own (DESIGN, "Node"): everything behind this may
 * block, and the event loops only move bytes.
 */
final class RequestThreads implements Handler<HttpServerRequest> {

  private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);

  private static final int LONGEST_ID = 128;

  /** Counted when the client went away before it had its answer, as nginx does. */
  private static final int CLIENT_GONE = 499;

  /** Counted when an answer broke off for a reason of ours, whatever its head said. */
  private static final int BROKEN_OFF = 500;

  /** Of a body that nobody wants, so much is read for a clean end of the connection. */
  private static final long MOST_DISCARDED = 64L << 20;

  private static final Duration LONGEST_DISCARDING = Duration.ofSeconds(10);

  /** The requests of a connection that takes no new ones end by their own deadlines. */
  private static final Duration LONGEST_SHUTDOWN = Duration.ofHours(1);

  private final RegistryRouter router;
  private final RevisionHeaders revisions;
  private final AccessRecorder recorder;
  private final RequestsInFlight inFlight;
  private final ClientAddresses addresses;
  private final Duration stalled;

  /**
   * @param stalled how long a client may send or take nothing within a request
   */
  RequestThreads(
      RegistryRouter router,
      RevisionHeaders revisions,
      AccessRecorder recorder,
      RequestsInFlight inFlight,
      ClientAddresses addresses,
      Duration stalled) {
    this.router = router;
    this.revisions = revisions;
    this.recorder = recorder;
    this.inFlight = inFlight;
    this.addresses = addresses;
    this.stalled = stalled;
  }

  /** Called on the event loop of the connection. */
  @Override
  public void handle(HttpServerRequest http) {
    handle(http, false);
  }

  /** What another node took and passed on, which has counted it already. */
  void handleForwarded(HttpServerRequest http) {
    handle(http, true);
  }

  private void handle(HttpServerRequest http, boolean forwarded) {
    Context context = Vertx.currentContext();
    RequestBody body = RequestBody.of(context, http, stalled);
    Request request =
        new Request(http, id(http.getHeader("X-Request-Id")), body, addresses, forwarded);
    inFlight.begin();
    Thread.ofVirtual().name("request-" + request.id()).start(() -> run(context, http, request));
  }

  /** Answers what is not HTTP, on the event loop; the connection is of no use afterwards. */
  static void refuse(HttpServerRequest http) {
    String id = UUID.randomUUID().toString();
    Response response = ErrorResponses.ofInvalid(http.decoderResult().cause(), id);
    complete(response, id, Route.NONE, false);
    Response.Content.Bytes bytes = (Response.Content.Bytes) response.content();
    ResponseBody.end(http.response(), response, Buffer.buffer(bytes.bytes()))
        .onComplete(done -> http.connection().close());
  }

  private void run(Context context, HttpServerRequest http, Request request) {
    try (var _ = MDC.putCloseable("request_id", request.id())) {
      serve(context, http, request);
    } catch (Throwable e) {
      // An error of the platform, or a bug here: the client must not wait for an answer for ever.
      LOG.error("request {} broke", request.id(), e);
      close(context, http);
    } finally {
      inFlight.end();
    }
  }

  private void serve(Context context, HttpServerRequest http, Request request) {
    long begun = System.nanoTime();
    Route.Match path = Route.of(request.path());
    recorder.begin(path.route());
    int status = BROKEN_OFF;
    long sent = 0;
    try {
      Response response = answer(request, path);
      try (Response.Content content = response.content()) {
        complete(response, request.id(), path.route(), keeps(context, http, request));
        new ResponseBody(context, http.response(), request.isHead(), stalled).write(response);
        status = response.status();
        sent = request.isHead() ? 0 : content.length();
      }
      if (!request.body().discard(MOST_DISCARDED, LONGEST_DISCARDING)) {
        close(context, http);
      }
    } catch (ResponseBody.BrokenContentException e) {
      LOG.warn("the answer to request {} broke off", request.id(), e);
      close(context, http);
    } catch (IOException e) {
      LOG.debug("request {} was not answered", request.id(), e);
      status = CLIENT_GONE;
      close(context, http);
    } finally {
      recorder.end(
          request, path.route(), status, sent, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private Response answer(Request request, Route.Match path) {
    Seen seen;
    try {
      seen = revisions.asked(request);
    } catch (RuntimeException e) {
      return ErrorResponses.of(e, request.id());
    }
    return RevisionHeaders.told(answer(request, path, seen), seen);
  }

  private Response answer(Request request, Route.Match path, Seen seen) {
    try {
      return ScopedValue.where(RevisionTracking.SEEN, seen)
          .call(() -> router.answer(request, path));
    } catch (IOException | RuntimeException e) {
      return ErrorResponses.of(e, request.id());
    }
  }

  private static void complete(Response response, String id, Route route, boolean keep) {
    response.with("X-Request-Id", id);
    if (route.isRegistry()) {
      response.with("Docker-Distribution-Api-Version", "registry/2.0");
    }
    if (!keep) {
      response.with("Connection", "close");
    }
  }

  /**
   * Whether the connection is good for another request. Over HTTP/2 no answer says that it is not
   * (RFC 9113, section 8.2.2): while this node drains, the connection itself does.
   */
  private boolean keeps(Context context, HttpServerRequest http, Request request) {
    boolean draining = inFlight.draining();
    if (http.version() != HttpVersion.HTTP_2) {
      return !draining && !request.body().awaitsContinue();
    }
    if (draining) {
      context.runOnContext(now -> http.connection().shutdown(LONGEST_SHUTDOWN));
    }
    return true;
  }

  private static void close(Context context, HttpServerRequest http) {
    context.runOnContext(now -> RequestBody.breakOff(http));
  }

  private static String id(String header) {
    return Optional.ofNullable(header)
        .filter(text -> !text.isEmpty() && text.length() <= LONGEST_ID)
        .filter(text -> text.chars().allMatch(c -> c >= ' ' && c <= '~'))
        .orElseGet(() -> UUID.randomUUID().toString());
  }
}

package dev.meridian.node.peer;

import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.streams.ReadStreamInput;
import dev.meridian.node.streams.WriteStreamOutput;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to one node and its answer, as a blocking thread sees them. */
final class PeerExchange {

  private static final Logger LOG = LoggerFactory.getLogger(PeerExchange.class);
  private static final int CHUNK = 64 * 1024;

  private final PeerNode node;
  private final PeerSettings settings;
  private final Context context;
  private final HttpClientRequest request;
  private final CompletableFuture<PeerReply> reply = new CompletableFuture<>();

  private volatile boolean sentWhole;

  private record Connected(Context context, HttpClientRequest request) {}

  private PeerExchange(PeerNode node, PeerSettings settings, Connected connected) {
    this.node = node;
    this.settings = settings;
    this.context = connected.context();
    this.request = connected.request();
  }

  /**
   * Connects; nothing is sent yet.
   *
   * @throws PeerUnreachableException when the node cannot be connected to
   */
  static PeerExchange connect(
      Vertx vertx,
      HttpClient client,
      PeerNode node,
      PeerSettings settings,
      String method,
      String target) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost(node.host())
            .setPort(node.port())
            .setURI(target);
    CompletableFuture<Connected> connected = new CompletableFuture<>();
    vertx.runOnContext(now ->
        client
            .request(options)
            .onSuccess(request -> {
              if (!connected.complete(new Connected(Vertx.currentContext(), request))) {
                request.reset();
              }
            })
            .onFailure(connected::completeExceptionally));
    try {
      // Twice: the connection itself, and waiting for one of those that are in use.
      Duration deadline = settings.connect().multipliedBy(2);
      return new PeerExchange(
          node, settings, connected.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw new PeerUnreachableException(node + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      connected.completeExceptionally(e);
      throw new PeerUnreachableException(node + ": no connection in time", e);
    } catch (InterruptedException e) {
      connected.completeExceptionally(e);
      Thread.currentThread().interrupt();
      throw new PeerUnreachableException(node + ": interrupted while connecting", e);
    }
  }

  /** Sets the head; a body of unknown length is chunked. */
  void head(Map<String, List<String>> headers, OptionalLong length, boolean hasBody) {
    context.runOnContext(now -> {
      // What fails tells the reply; Vert.x would log it as an error, also what this side breaks
      // off.
      request.exceptionHandler(e -> LOG.debug("{}: the request failed", node, e));
      headers.forEach((name, values) -> request.putHeader(name, values));
      if (length.isPresent()) {
        request.putHeader("content-length", Long.toString(length.getAsLong()));
      } else if (hasBody) {
        request.setChunked(true);
      }
      request
          .response()
          .onSuccess(response -> reply.complete(accept(response)))
          .onFailure(reply::completeExceptionally);
    });
  }

  /**
   * Sends the body, until its end or until an answer comes before it.
   *
   * @return whether all of it was sent
   * @throws IOException what the body threw; the request is then broken off
   */
  boolean send(InputStream body) throws IOException {
    WriteStreamOutput out = new WriteStreamOutput(context, request, settings.progress());
    byte[] chunk = new byte[CHUNK];
    while (!reply.isDone()) {
      int count;
      try {
        count = body.read(chunk);
      } catch (IOException e) {
        abandon();
        throw e;
      }
      try {
        if (count < 0) {
          out.end();
          sentWhole = true;
          return true;
        }
        out.write(chunk, 0, count);
      } catch (IOException e) {
        // The node may have answered before it closed: that answer says more than the write.
        LOG.debug("{} takes no more of the request", node, e);
        return false;
      }
    }
    return false;
  }

  /** Ends a request without a body. */
  void end() {
    sentWhole = true;
    context.runOnContext(now -> request.end());
  }

  /**
   * The answer's head, with its body to be read.
   *
   * @throws PeerUnreachableException when none comes
   */
  PeerReply reply(Duration deadline) {
    return reply(deadline, deadline, () -> true);
  }

  /**
   * The same, of a node that may take long for its answer.
   *
   * @param between after so long without one, the node is asked whether it is alive
   * @param alive whether it is; if not, its answer is not waited for any longer
   */
  PeerReply reply(Duration deadline, Duration between, BooleanSupplier alive) {
    long end = System.nanoTime() + deadline.toNanos();
    try {
      while (true) {
        long left = Math.max(0, end - System.nanoTime());
        try {
          return reply.get(Math.min(left, between.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          if (left <= between.toNanos() || !alive.getAsBoolean() && !reply.isDone()) {
            throw e;
          }
        }
      }
    } catch (ExecutionException e) {
      abandon();
      throw new PeerUnreachableException(node + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      abandon();
      long waited = Duration.ofNanos(System.nanoTime() - end).plus(deadline).toSeconds();
      throw new PeerUnreachableException(node + ": no answer within " + waited + " s", e);
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
      throw new PeerUnreachableException(node + ": interrupted while waiting for an answer", e);
    }
  }

  /** Called on the context, before the body has begun to flow. */
  private PeerReply accept(HttpClientResponse response) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : response.headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!PeerProtocol.isOfConnection(lower)) {
        headers.put(lower, response.headers().getAll(name));
      }
    }
    InputStream body =
        new ReadStreamInput(context, response, settings.progress(), () -> request.reset());
    return new PeerReply(response.statusCode(), headers, new ReplyBody(body));
  }

  /** Frees the connection of an answer that came before the request was sent whole. */
  private final class ReplyBody extends FilterInputStream {
    ReplyBody(InputStream in) {
      super(in);
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (!sentWhole) {
        abandon();
      }
    }
  }

  private void abandon() {
    context.runOnContext(now -> request.reset());
  }
}

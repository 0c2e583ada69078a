package dev.meridian.node.http.exchange;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections on which no whole request head comes in time: those that nobody uses, and
 * those of clients that send a head one byte at a time. While a request is answered its own
 * deadlines hold.
 *
 * <p>One for each event loop, used on it only.
 */
public final class IdleConnections {

  private final Vertx vertx;
  private final Duration longest;
  private final Map<HttpConnection, Long> timers = new HashMap<>();

  /** How many requests are answered at a time, of each open connection; HTTP/2 has several. */
  private final Map<HttpConnection, Integer> requests = new HashMap<>();

  /**
   * @param longest how long a connection may be without a whole request head
   */
  public IdleConnections(Vertx vertx, Duration longest) {
    this.vertx = vertx;
    this.longest = longest;
  }

  public void opened(HttpConnection connection) {
    requests.put(connection, 0);
    connection.closeHandler(closed -> {
      requests.remove(connection);
      cancel(connection);
    });
    await(connection);
  }

  /** A request came: the connection is not idle until it is answered. */
  public void began(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    cancel(connection);
    requests.computeIfPresent(connection, (same, count) -> count + 1);
    boolean[] ended = new boolean[1];
    Handler<Void> end =
        event -> {
          if (!ended[0]) {
            ended[0] = true;
            ended(connection);
          }
        };
    // The second when a stream of HTTP/2 is reset.
    request.response().endHandler(end).closeHandler(end);
  }

  private void ended(HttpConnection connection) {
    Integer left = requests.computeIfPresent(connection, (same, count) -> count - 1);
    if (left != null && left == 0) {
      await(connection);
    }
  }

  private void await(HttpConnection connection) {
    cancel(connection);
    timers.put(connection, vertx.setTimer(longest.toMillis(), timer -> connection.close()));
  }

  private void cancel(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}

package dev.meridian.loadtest.http;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one worker, one for each origin, kept alive between requests. Used by one
 * thread; {@link #close} may come from another and ends a request that is under way.
 */
public final class HttpSession implements Closeable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final Duration patience;
  private final boolean repeats;
  private final Map<Origin, HttpConnection> connections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** A session that waits for answers as long as it takes. */
  public HttpSession() {
    this(Duration.ZERO, true);
  }

  private HttpSession(Duration patience, boolean repeats) {
    this.patience = patience;
    this.repeats = repeats;
  }

  /**
   * A session that sends no request twice, whatever becomes of the connection, and waits only so
   * long until something of the answer comes. A {@link java.net.ConnectException} says that a
   * request was not sent; any other failure, that it may have been.
   */
  public static HttpSession sendingOnce(Duration patience) {
    return new HttpSession(patience, false);
  }

  /**
   * Sends a request and reads its response. A kept connection that the server has closed meanwhile
   * is replaced once, unless the session sends once only.
   *
   * @throws IOException when the server cannot be reached or does not speak HTTP/1.1
   */
  public HttpResponse send(Origin origin, HttpRequest request, ResponseSink sink)
      throws IOException {
    HttpConnection connection = connect(origin);
    try {
      return exchange(origin, connection, request, sink);
    } catch (IOException e) {
      if (closed || !repeats || !connection.mayBeStale()) {
        throw e;
      }
      return exchange(origin, connect(origin), request, sink);
    }
  }

  /** Connects already, so that the first request does not wait for it. */
  public void open(Origin origin) throws IOException {
    connect(origin);
  }

  private HttpConnection connect(Origin origin) throws IOException {
    HttpConnection known = connections.get(origin);
    if (known != null) {
      return known;
    }
    if (closed) {
      throw new IOException("session was closed");
    }
    HttpConnection opened = HttpConnection.open(origin, CONNECT_TIMEOUT, patience);
    connections.put(origin, opened);
    return opened;
  }

  private HttpResponse exchange(
      Origin origin, HttpConnection connection, HttpRequest request, ResponseSink sink)
      throws IOException {
    boolean keep = false;
    try {
      HttpResponse response = connection.exchange(request, sink);
      keep = connection.isReusable();
      return response;
    } finally {
      if (!keep) {
        connections.remove(origin, connection);
        connection.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (HttpConnection connection : connections.values()) {
      connection.close();
    }
  }
}

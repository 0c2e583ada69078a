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

  private final Map<Origin, HttpConnection> connections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Sends a request and reads its response. A kept connection that the server has closed meanwhile
   * is replaced once.
   *
   * @throws IOException when the server cannot be reached or does not speak HTTP/1.1
   */
  public HttpResponse send(Origin origin, HttpRequest request, ResponseSink sink)
      throws IOException {
    HttpConnection connection = connect(origin);
    try {
      return exchange(origin, connection, request, sink);
    } catch (IOException e) {
      if (closed || !connection.mayBeStale()) {
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
    HttpConnection opened = HttpConnection.open(origin, CONNECT_TIMEOUT);
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

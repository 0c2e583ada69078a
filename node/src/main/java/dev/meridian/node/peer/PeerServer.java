package dev.meridian.node.peer;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The internal listener. On loopback only, until nodes authenticate one another.
 *
 * <p>Each request runs on a virtual thread of its own; those of upload sessions are handed to the
 * public API's handler, on their event loop.
 */
public final class PeerServer implements AutoCloseable {

  /**
   * @param address host:port; port 0 takes a free one
   * @param uploads takes the requests under {@code /v2/<name>/blobs/uploads/}
   * @param storageUp whether this region's object storage answers
   */
  public PeerServer(
      Vertx vertx,
      String address,
      PeerBlobs blobs,
      Handler<HttpServerRequest> uploads,
      BooleanSupplier storageUp) {}

  /**
   * Begins to listen.
   *
   * @throws IllegalArgumentException when the address is not host:port or not on loopback
   */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** The port that it listens on, once started. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  /** Waits for requests in flight, at most so long, then closes. */
  public void stop(Duration drain) {}

  @Override
  public void close() {}
}

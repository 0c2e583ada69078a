package dev.meridian.node.http.exchange;

import dev.meridian.node.streams.ReadStreamInput;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The body of a request, read by a blocking thread with back-pressure. A client that waits for
 * {@code 100 Continue} gets it with the first read, so that a request that is refused for its head
 * alone costs no body.
 */
public final class RequestBody extends InputStream {

  private static final int DISCARD_BUFFER = 16 * 1024;

  /** RFC 9113, section 7; the first after a whole answer, to one who need not send on. */
  private static final long NO_ERROR = 0x0;

  private static final long CANCEL = 0x8;

  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

  /** The client broke off, or sends nothing any more: no error of ours. */
  public static final class BrokenOffException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenOffException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final Context context;
  private final HttpServerRequest http;
  private final InputStream stream;
  private boolean awaitsContinue;
  private boolean ended;
  private boolean broken;
  private long count;

  private RequestBody(
      Context context, HttpServerRequest http, InputStream stream, boolean awaitsContinue) {
    this.context = context;
    this.http = http;
    this.stream = stream;
    this.awaitsContinue = awaitsContinue;
    this.ended = stream == NONE;
  }

  private static final InputStream NONE = InputStream.nullInputStream();

  /**
   * The body of a request that has just come; to be called on its context.
   *
   * @param patience how long a client may send nothing while its bytes are waited for
   */
  public static RequestBody of(Context context, HttpServerRequest http, Duration patience) {
    OptionalLong length = length(http);
    if (length.isPresent() && length.getAsLong() == 0) {
      return new RequestBody(context, http, NONE, false);
    }
    InputStream stream = new ReadStreamInput(context, http, patience, () -> breakOff(http));
    return new RequestBody(
        context, http, stream, "100-continue".equalsIgnoreCase(http.getHeader("Expect")));
  }

  /**
   * How long the body of a request is; empty: that shows at its end. HTTP/2 knows no
   * Transfer-Encoding, so that there may be a body without a word about it.
   */
  static OptionalLong length(HttpServerRequest http) {
    String length = http.getHeader("Content-Length");
    if (length != null) {
      return OptionalLong.of(Long.parseLong(length));
    }
    boolean open =
        http.version() == HttpVersion.HTTP_2
            ? !WITHOUT_BODY.contains(http.method().name())
            : http.getHeader("Transfer-Encoding") != null;
    return open ? OptionalLong.empty() : OptionalLong.of(0);
  }

  /**
   * Ends a request, on its context, so that the client takes nothing for whole; the other requests
   * of an HTTP/2 connection go on.
   */
  public static void breakOff(HttpServerRequest http) {
    if (http.version() == HttpVersion.HTTP_2) {
      http.response().reset(http.response().ended() ? NO_ERROR : CANCEL);
    } else {
      http.connection().close();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads what has come.
   *
   * @throws BrokenOffException when the client broke off before the end, or is too slow
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (ended) {
      return -1;
    }
    if (awaitsContinue) {
      awaitsContinue = false;
      context.runOnContext(now -> http.response().writeContinue());
    }
    try {
      int read = stream.read(target, offset, length);
      ended = read < 0;
      count += Math.max(0, read);
      return read;
    } catch (IOException e) {
      broken = true;
      throw new BrokenOffException(e);
    }
  }

  /** Whether all of it was read, so that the connection is good for another request. */
  public boolean isConsumed() {
    return ended;
  }

  /** Whether the client will send nothing unless it is told to. */
  public boolean awaitsContinue() {
    return awaitsContinue;
  }

  /** Bytes that were read. */
  public long count() {
    return count;
  }

  /**
   * Reads what is left, so that the client finishes sending and sees the answer, but neither more
   * than this nor for longer.
   *
   * @return whether the end was reached
   */
  public boolean discard(long most, Duration longest) {
    if (awaitsContinue) {
      return false;
    }
    byte[] buffer = new byte[DISCARD_BUFFER];
    long end = System.nanoTime() + longest.toNanos();
    long left = most;
    try {
      while (!ended && !broken && left > 0 && System.nanoTime() < end) {
        left -= Math.max(0, read(buffer, 0, buffer.length));
      }
      return ended;
    } catch (IOException e) {
      // The client is gone, which is as good an end as any.
      return false;
    }
  }
}

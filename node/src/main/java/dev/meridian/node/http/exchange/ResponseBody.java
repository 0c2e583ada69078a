package dev.meridian.node.http.exchange;

import dev.meridian.node.registry.BlobDownload;
import dev.meridian.node.streams.WriteStreamOutput;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Writes an answer from a blocking thread, with back-pressure; the stream is touched only on its
 * context.
 */
public final class ResponseBody {

  /** A whole file is one write: a client is given up when it takes less than this in the mean. */
  private static final long SLOWEST_BYTES_PER_SECOND = 16 * 1024;

  private static final int CHUNK = 64 * 1024;

  /** The content did not come to its end, which is no client's doing. */
  public static final class BrokenContentException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenContentException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Context context;
  private final HttpServerResponse http;
  private final boolean headOnly;
  private final Duration patience;

  /**
   * @param headOnly the answer to a HEAD
   * @param patience how long a client may take nothing while bytes wait for it
   */
  public ResponseBody(
      Context context, HttpServerResponse http, boolean headOnly, Duration patience) {
    this.context = context;
    this.http = http;
    this.headOnly = headOnly;
    this.patience = patience;
  }

  /**
   * Writes head and content.
   *
   * <p>Whatever is thrown, the connection is to be closed, so that the client does not take a part
   * for the whole.
   *
   * @throws BrokenContentException when the content fails or ends too early
   * @throws IOException when the client is gone or too slow
   */
  public void write(Response response) throws IOException {
    if (headOnly) {
      await(patience, () -> end(http, response, Buffer.buffer()));
      return;
    }
    switch (response.content()) {
      case Response.Content.Absent absent ->
          await(patience, () -> end(http, response, Buffer.buffer()));
      // One buffer for a slow client holds a chunk, not a whole manifest.
      case Response.Content.Bytes bytes when bytes.length() > CHUNK ->
          stream(response, new ByteArrayInputStream(bytes.bytes()), bytes.length());
      case Response.Content.Bytes bytes ->
          await(patience, () -> end(http, response, Buffer.buffer(bytes.bytes())));
      case Response.Content.File file -> sendFile(response, file.file());
      case Response.Content.Stream stream ->
          stream(response, stream.stream().stream(), stream.length());
    }
  }

  /** Writes an answer that is whole in memory; to be called on the context. */
  public static Future<Void> end(HttpServerResponse http, Response response, Buffer bytes) {
    head(http, response);
    return http.end(bytes);
  }

  private void sendFile(Response response, BlobDownload.FromFile file) throws IOException {
    await(
        patience.plusSeconds(file.length() / SLOWEST_BYTES_PER_SECOND),
        () -> {
          head(http, response);
          return http.sendFile(file.file().toString(), file.offset(), file.length());
        });
  }

  private void stream(Response response, InputStream in, long length) throws IOException {
    await(
        patience,
        () -> {
          head(http, response);
          return Future.succeededFuture();
        });
    WriteStreamOutput out = new WriteStreamOutput(context, http, patience);
    byte[] chunk = new byte[CHUNK];
    long left = length;
    while (left > 0) {
      int count = read(in, chunk, (int) Math.min(chunk.length, left));
      if (count < 0) {
        throw new BrokenContentException("the content ended " + left + " bytes early", null);
      }
      out.write(chunk, 0, count);
      left -= count;
    }
    out.end();
  }

  /** Apart from the writing, so that a failure of storage is told from one of the client. */
  private static int read(InputStream in, byte[] chunk, int most) throws BrokenContentException {
    try {
      return in.read(chunk, 0, most);
    } catch (IOException | RuntimeException e) {
      throw new BrokenContentException("the content broke off: " + e.getMessage(), e);
    }
  }

  private static void head(HttpServerResponse http, Response response) {
    http.setStatusCode(response.status());
    response.headers().forEach(http::putHeader);
    // RFC 9110, section 8.6: none on a 204; a 304 has none either, since it could only be a guess.
    if (response.status() != 204 && response.status() != 304) {
      http.putHeader("Content-Length", Long.toString(response.content().length()));
    }
  }

  private void await(Duration longest, Supplier<Future<Void>> step) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(now -> {
      try {
        step.get().onSuccess(done::complete).onFailure(done::completeExceptionally);
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    });
    try {
      done.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the client is gone: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the client took too little in " + longest.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing an answer", e);
    }
  }
}

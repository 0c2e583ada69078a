package dev.meridian.node.streams;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A Vert.x stream, written by a blocking thread: a write returns when the stream has taken the
 * bytes and has room for more.
 *
 * <p>One thread writes, never an event loop's; the stream is touched only on its own context.
 * Closing does not end the stream, since a body that broke off must not look whole: {@link #end}
 * does.
 */
public final class WriteStreamOutput extends OutputStream {

  private static final int CHUNK = 64 * 1024;

  private final Context context;
  private final WriteStream<Buffer> sink;
  private final Duration patience;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile CompletableFuture<Void> pending = new CompletableFuture<>();

  /**
   * @param patience how long a write waits for the receiver before it fails
   */
  public WriteStreamOutput(Context context, WriteStream<Buffer> sink, Duration patience) {
    this.context = context;
    this.sink = sink;
    this.patience = patience;
    context.runOnContext(now -> sink.exceptionHandler(this::failed));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /**
   * Writes the bytes.
   *
   * @throws IOException when the receiver is gone, or takes nothing for as long as the patience
   *     lasts
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > 0) {
      Buffer chunk = Buffer.buffer(length).appendBytes(bytes, offset, length);
      await(() -> writeWhole(chunk));
    }
  }

  /**
   * Writes all that the stream has, in chunks of which one is held in memory.
   *
   * @return how many bytes
   */
  public long writeAll(InputStream body) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long total = 0;
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      write(chunk, 0, count);
      total += count;
    }
    return total;
  }

  /** Ends the stream and waits until its last bytes are on their way. */
  public void end() throws IOException {
    await(() -> sink.end().toCompletionStage().toCompletableFuture());
  }

  /** Called on the context. */
  private CompletableFuture<Void> writeWhole(Buffer chunk) {
    CompletableFuture<Void> room = new CompletableFuture<>();
    Future<Void> written = sink.write(chunk);
    written.onFailure(this::failed);
    if (sink.writeQueueFull()) {
      sink.drainHandler(drained -> room.complete(null));
    } else {
      room.complete(null);
    }
    return room;
  }

  private void await(Supplier<CompletableFuture<Void>> step) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    pending = done;
    context.runOnContext(now -> run(step, done));
    try {
      done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the receiver broke off: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the receiver took no bytes for " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing", e);
    }
  }

  /** Called on the context. */
  private void run(Supplier<CompletableFuture<Void>> step, CompletableFuture<Void> done) {
    if (failure.get() != null) {
      done.completeExceptionally(failure.get());
      return;
    }
    try {
      step.get()
          .whenComplete((nothing, cause) -> {
            if (cause == null) {
              done.complete(null);
            } else {
              done.completeExceptionally(cause);
            }
          });
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  /** Called on the context: also a write that has already returned may fail. */
  private void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
    pending.completeExceptionally(cause);
  }
}

package dev.meridian.node.streams;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A Vert.x stream, read by a blocking thread. Nothing is asked of the stream before the first read,
 * and no more than a few buffers beyond what was read, so that a slow reader slows the sender.
 *
 * <p>One thread reads, never an event loop's; the stream is touched only on its own context.
 */
public final class ReadStreamInput extends InputStream {

  /** Buffers asked for ahead of the reader; HTTP buffers have 8 to 64 KiB. */
  private static final int WINDOW = 8;

  private final Context context;
  private final ReadStream<Buffer> source;
  private final Duration patience;
  private final Runnable abandon;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Buffer> arrived = new ArrayDeque<>();
  private int outstanding;
  private boolean ended;
  private Throwable failure;
  private boolean closed;

  private Buffer current = Buffer.buffer();
  private int position;

  /**
   * Takes over the stream; to be called on its context, before it has begun to flow.
   *
   * @param patience how long a read waits for the next bytes before it fails
   * @param abandon run on the context when the reader closes before the end, to free the connection
   */
  public ReadStreamInput(
      Context context, ReadStream<Buffer> source, Duration patience, Runnable abandon) {
    this.context = context;
    this.source = source;
    this.patience = patience;
    this.abandon = abandon;
    source.pause();
    source.exceptionHandler(this::failed);
    source.endHandler(end -> ended());
    source.handler(this::received);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads what has arrived, at most {@code length} bytes.
   *
   * @throws IOException when the stream failed, or nothing came for as long as the patience lasts
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (position == current.length()) {
      Buffer next = take();
      if (next == null) {
        return -1;
      }
      current = next;
      position = 0;
    }
    int count = Math.min(length, current.length() - position);
    current.getBytes(position, position + count, target, offset);
    position += count;
    return count;
  }

  /** Ends the reading; a stream that has not come to its end is abandoned. */
  @Override
  public void close() {
    lock.lock();
    boolean unfinished = !closed && !ended && failure == null;
    try {
      closed = true;
      arrived.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (unfinished) {
      context.runOnContext(now -> abandon.run());
    }
  }

  /** The next buffer, or null at the end. */
  private Buffer take() throws IOException {
    lock.lock();
    try {
      demand();
      long left = patience.toNanos();
      while (arrived.isEmpty() && !ended && failure == null && !closed) {
        if (left <= 0) {
          throw new IOException("no bytes came for " + patience.toSeconds() + " s");
        }
        left = changed.awaitNanos(left);
      }
      if (closed) {
        throw new IOException("the stream is closed");
      }
      Buffer next = arrived.poll();
      if (next == null && failure != null) {
        throw new IOException("the sender broke off: " + failure.getMessage(), failure);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for bytes", e);
    } finally {
      lock.unlock();
    }
  }

  /** Asks in half windows, so that not every buffer costs a turn of the event loop. */
  private void demand() {
    int wanted = WINDOW - outstanding - arrived.size();
    if (wanted >= WINDOW / 2 && !ended && failure == null) {
      outstanding += wanted;
      context.runOnContext(now -> fetch(wanted));
    }
  }

  /** What has ended since it was wanted must not be asked: a request of a client then throws. */
  private void fetch(int wanted) {
    if (!isEnded()) {
      source.fetch(wanted);
    }
  }

  private void received(Buffer buffer) {
    change(() -> {
      outstanding--;
      if (!closed) {
        arrived.add(buffer);
      }
    });
  }

  private void ended() {
    change(() -> ended = true);
  }

  private void failed(Throwable cause) {
    change(() -> failure = ended || failure != null ? failure : cause);
  }

  private void change(Runnable step) {
    lock.lock();
    try {
      step.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether all bytes of the stream were handed over by the sender. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }
}

package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A blob on its way into this region: one writer, any number of readers that follow it at their own
 * speed. The last {@link #WITHHELD} bytes reach no reader before the whole was verified.
 *
 * <p>The file has no name any more once it is open, so that a crash leaves nothing behind. It is
 * read under a lock rather than through a channel, which one interrupted reader would close for
 * all.
 */
final class SpoolFile {

  /** What is kept back until the digest holds; a smaller blob is kept back whole. */
  static final long WITHHELD = 64 * 1024;

  private enum State {
    FILLING,
    VERIFIED,
    FAILED
  }

  private final long size;
  private final Duration patience;
  private final Runnable freed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final RandomAccessFile file;
  private State state = State.FILLING;
  private IOException failure;
  private long written;
  private int attempt;
  private int holds = 1;

  private SpoolFile(RandomAccessFile file, long size, Duration patience, Runnable freed) {
    this.file = file;
    this.size = size;
    this.patience = patience;
    this.freed = freed;
  }

  /**
   * A new file, held by its writer.
   *
   * @param patience a reader that gets nothing for so long fails
   * @param freed run once, when nobody holds the file any more
   */
  static SpoolFile create(Path directory, long size, Duration patience, Runnable freed)
      throws IOException {
    Path path = Files.createTempFile(directory, "cold-", ".spool");
    try {
      return new SpoolFile(new RandomAccessFile(path.toFile(), "rw"), size, patience, freed);
    } finally {
      Files.delete(path);
    }
  }

  /** Appends bytes; only the writer calls this. */
  void write(byte[] bytes, int count) throws IOException {
    lock.lock();
    try {
      file.seek(written);
      file.write(bytes, 0, count);
      written += count;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All bytes are there and match the digest: readers may have the rest. */
  void verified() {
    change(() -> {
      if (written != size) {
        throw new IllegalStateException("verified at " + written + " of " + size + " bytes");
      }
      state = State.VERIFIED;
    });
  }

  /**
   * What was written is wrong; it is written once more from the start. Readers that have been given
   * some of it fail, the others follow the new attempt.
   */
  void restart() {
    change(() -> {
      written = 0;
      attempt++;
    });
  }

  /** Nothing more will come. */
  void fail(IOException cause) {
    change(() -> {
      if (state == State.FILLING) {
        state = State.FAILED;
        failure = cause;
      }
    });
  }

  /** Whether some of it came and no more did. */
  boolean isPartial() {
    lock.lock();
    try {
      return state == State.FAILED && written > 0 && written < size;
    } finally {
      lock.unlock();
    }
  }

  /** More may come after all. */
  void resume() {
    change(() -> {
      state = State.FILLING;
      failure = null;
    });
  }

  /** Whether all of this range may be read now, without waiting. */
  boolean covers(ByteRange range) {
    lock.lock();
    try {
      return holds > 0 && state != State.FAILED && range.last() < readable();
    } finally {
      lock.unlock();
    }
  }

  /** How long its writer may write nothing. */
  Duration patience() {
    return patience;
  }

  /** Whether anybody reads what is written. */
  boolean isFollowed() {
    lock.lock();
    try {
      return holds > 1;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that were written in this attempt. */
  long written() {
    lock.lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  /** A reader of these bytes, to be closed; empty when nobody holds the file any more. */
  Optional<InputStream> reader(ByteRange range) {
    lock.lock();
    try {
      if (holds == 0) {
        return Optional.empty();
      }
      holds++;
      return Optional.of(new Reader(range));
    } finally {
      lock.unlock();
    }
  }

  /** The writer lets go; the file goes with its last reader. */
  void release() throws IOException {
    lock.lock();
    try {
      holds--;
      if (holds > 0) {
        return;
      }
      file.close();
    } finally {
      lock.unlock();
    }
    freed.run();
  }

  private long readable() {
    return state == State.VERIFIED ? size : Math.min(written, size - WITHHELD);
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

  /** One reader; not thread-safe. */
  private final class Reader extends InputStream {
    private final long end;
    private final long first;
    private long position;
    private int readAttempt;
    private boolean closed;

    Reader(ByteRange range) {
      this.first = range.first();
      this.position = first;
      this.end = range.last() + 1;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      lock.lock();
      try {
        if (closed) {
          throw new IOException("the stream is closed");
        }
        if (position == end) {
          return -1;
        }
        awaitReadable();
        readAttempt = attempt;
        file.seek(position);
        long most = Math.min(length, Math.min(end, readable()) - position);
        int count = file.read(target, offset, (int) most);
        position += count;
        return count;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for bytes", e);
      } finally {
        lock.unlock();
      }
    }

    private void awaitReadable() throws IOException, InterruptedException {
      while (true) {
        if (position > first && readAttempt != attempt) {
          throw new IOException("bytes that were sent turned out not to match the digest");
        }
        if (state == State.FAILED) {
          throw new IOException(failure.getMessage(), failure);
        }
        if (position < readable()) {
          return;
        }
        if (!changed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException("nothing has come for " + patience.toMillis() + " ms");
        }
      }
    }

    @Override
    public void close() throws IOException {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
      } finally {
        lock.unlock();
      }
      release();
    }
  }
}

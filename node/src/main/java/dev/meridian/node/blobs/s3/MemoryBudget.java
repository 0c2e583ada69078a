package dev.meridian.node.blobs.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Bounds how many small blobs wait in memory at once. Those beyond go to the spool. */
final class MemoryBudget {

  private static final int FIRST_SIZE = 16 << 10;

  private final int capacity;
  private final Semaphore places;

  /**
   * @param capacity of each blob in bytes
   * @param places so many blobs at once
   */
  MemoryBudget(int capacity, int places) {
    this.capacity = capacity;
    this.places = new Semaphore(places);
  }

  /** Room for one blob's bytes; empty when there is none now. */
  Optional<PartBytes> tryOpen() {
    return places.tryAcquire() ? Optional.of(new HeldBytes()) : Optional.empty();
  }

  int free() {
    return places.availablePermits();
  }

  private final class HeldBytes implements PartBytes {

    private byte[] bytes = new byte[Math.min(FIRST_SIZE, capacity)];
    private int length;
    private boolean closed;

    @Override
    public long length() {
      return length;
    }

    @Override
    public int write(byte[] from, int offset, int count) {
      int taken = Math.min(count, capacity - length);
      if (length + taken > bytes.length) {
        bytes =
            Arrays.copyOf(bytes, Math.min(capacity, Math.max(2 * bytes.length, length + taken)));
      }
      System.arraycopy(from, offset, bytes, length, taken);
      length += taken;
      return taken;
    }

    @Override
    public InputStream openStream() {
      return new ByteArrayInputStream(bytes, 0, length);
    }

    @Override
    public void writeTo(OutputStream request) throws IOException {
      request.write(bytes, 0, length);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        bytes = new byte[0];
        places.release();
      }
    }
  }
}

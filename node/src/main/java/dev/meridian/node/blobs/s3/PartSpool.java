package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Files of parts on their way to storage, in a directory with a limit. A part reserves all that it
 * may grow to before its first byte, in the order of asking: whoever has a reservation can fill and
 * send its part, and so gives it back, whatever the others do. Uploads that wait for each other in
 * the middle of their parts would wait for ever.
 */
final class PartSpool {

  private static final String SUFFIX = ".part";
  private static final int COPY_BUFFER = 64 << 10;

  /** Reservations are counted in these, so that the limit fits a semaphore. */
  private static final long UNIT = 64 << 10;

  private final Path directory;
  private final int units;
  private final Semaphore free;

  /**
   * Creates the directory and empties it of what a process left that ended without closing.
   *
   * @throws BlobStoreException when that fails
   */
  PartSpool(Path directory, long limit) {
    this.directory = directory;
    this.units = Math.toIntExact(Math.min(limit / UNIT, Integer.MAX_VALUE));
    this.free = new Semaphore(units, true);
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw failed("prepare", e);
    }
  }

  /**
   * A new part of at most this many bytes. Waits until the directory has room for it.
   *
   * @throws BlobStoreException when the thread is interrupted or the disk fails
   */
  PartBytes open(long capacity) {
    int reserved = Math.toIntExact((capacity + UNIT - 1) / UNIT);
    if (reserved > units) {
      throw new IllegalArgumentException(
          "a part of " + capacity + " bytes never fits into a spool of " + units * UNIT);
    }
    try {
      free.acquire(reserved);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BlobStoreException(
          Kind.UNAVAILABLE, "interrupted while waiting for room in spool " + directory, e);
    }
    boolean opened = false;
    try {
      // Where the system allows it, the name is gone at once and the file with its last descriptor.
      FileChannel channel =
          FileChannel.open(
              directory.resolve(UUID.randomUUID() + SUFFIX),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      opened = true;
      return new SpooledPart(channel, capacity, reserved);
    } catch (IOException e) {
      throw failed("open a part in", e);
    } finally {
      if (!opened) {
        free.release(reserved);
      }
    }
  }

  /** Bytes that are reserved now. */
  long reserved() {
    return (units - free.availablePermits()) * UNIT;
  }

  /** How many wait for room now. */
  int waiting() {
    return free.getQueueLength();
  }

  private BlobStoreException failed(String operation, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return new BlobStoreException(
        full ? Kind.FULL : Kind.UNAVAILABLE,
        "cannot " + operation + " spool " + directory + ": " + e.getMessage(),
        e);
  }

  private final class SpooledPart implements PartBytes {

    private final FileChannel channel;
    private final long capacity;
    private final int reserved;
    private long length;
    private boolean closed;

    SpooledPart(FileChannel channel, long capacity, int reserved) {
      this.channel = channel;
      this.capacity = capacity;
      this.reserved = reserved;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public int write(byte[] from, int offset, int count) {
      int taken = (int) Math.min(count, capacity - length);
      ByteBuffer buffer = ByteBuffer.wrap(from, offset, taken);
      try {
        while (buffer.hasRemaining()) {
          length += channel.write(buffer, length);
        }
      } catch (IOException e) {
        throw failed("write to", e);
      }
      return taken;
    }

    /** The file ends where the bytes do. */
    @Override
    public InputStream openStream() {
      try {
        return Channels.newInputStream(channel.position(0));
      } catch (IOException e) {
        throw failed("read from", e);
      }
    }

    @Override
    public void writeTo(OutputStream request) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER);
      for (long at = 0; at < length; ) {
        int count = channel.read(buffer.clear(), at);
        if (count < 0) {
          throw new IOException("a part in spool " + directory + " ends at " + at);
        }
        request.write(buffer.array(), 0, count);
        at += count;
      }
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        channel.close();
      } catch (IOException e) {
        throw failed("close a part in", e);
      } finally {
        free.release(reserved);
      }
    }
  }
}

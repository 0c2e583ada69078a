package dev.meridian.loadtest.oci;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Any number of distinct incompressible blobs from one seed, at no cost while they are sent: all of
 * a size share their bytes but for an end of 32 bytes, which makes each digest its own. The shared
 * part repeats a random block longer than the windows of usual compressors; its hash is taken once
 * per size and carried on over the end.
 */
public final class SyntheticContent {

  private static final int BLOCK = 16 << 20;
  private static final int END = 32;

  private final long seed;
  private final byte[] block = new byte[BLOCK];
  private final Map<Long, MessageDigest> shared = new ConcurrentHashMap<>();

  /** Equal seeds give equal content. */
  public SyntheticContent(long seed) {
    this.seed = seed;
    new SplittableRandom(seed).nextBytes(block);
  }

  /**
   * The blob of a size (at least 32 bytes) and number. The first of a size hashes it all; ask for
   * one before the clock runs.
   */
  public Blob blob(long size, long number) {
    if (size < END) {
      throw new IllegalArgumentException("blob size " + size + " is below " + END + " bytes");
    }
    SplittableRandom random = new SplittableRandom(seed ^ Long.reverse(number) ^ size);
    ByteBuffer end = ByteBuffer.allocate(END).putLong(number);
    while (end.hasRemaining()) {
      end.putLong(random.nextLong());
    }
    MessageDigest hash = copy(shared.computeIfAbsent(size, this::hashShared));
    Digest digest = Digest.ofHash(Digest.Algorithm.SHA256, hash.digest(end.array()));
    return new SyntheticBlob(digest, size, end.array());
  }

  private MessageDigest hashShared(long size) {
    MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
    for (long left = size - END; left > 0; left -= BLOCK) {
      hash.update(block, 0, (int) Math.min(left, BLOCK));
    }
    return hash;
  }

  private static MessageDigest copy(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
    }
  }

  private final class SyntheticBlob implements Blob {
    private final Digest digest;
    private final long size;
    private final byte[] end;

    SyntheticBlob(Digest digest, long size, byte[] end) {
      this.digest = digest;
      this.size = size;
      this.end = end;
    }

    @Override
    public Digest digest() {
      return digest;
    }

    @Override
    public long length() {
      return size;
    }

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
      long position = offset;
      long last = offset + length;
      long endStart = size - END;
      while (position < Math.min(last, endStart)) {
        int from = (int) (position % BLOCK);
        int piece = (int) Math.min(Math.min(last, endStart) - position, BLOCK - from);
        out.write(block, from, piece);
        position += piece;
      }
      if (position < last) {
        out.write(end, (int) (position - endStart), (int) (last - position));
      }
    }
  }
}

package dev.meridian.node.blobs;

import dev.meridian.model.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes digests of the bytes that are read through it. Not thread-safe. */
public final class DigestingStream extends FilterInputStream {

  private final Running running;
  private final byte[] one = new byte[1];

  /** Goes on from these digests, which it changes as it is read. */
  public DigestingStream(InputStream in, Running running) {
    super(in);
    this.running = running;
  }

  /** The digests of the bytes so far. */
  public Running running() {
    return running;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    if (count > 0) {
      running.update(buffer, offset, count);
    }
    return count;
  }

  /** Reads what it skips: a digest has no gaps. */
  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[Math.clamp(count, 0, 8192)];
    long left = count;
    while (left > 0) {
      int read = read(skipped, 0, (int) Math.min(skipped.length, left));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return Math.max(0, count - left);
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /**
   * Digests in one or more algorithms of a stream that may be interrupted. A node keeps a {@link
   * #copy} of it between the requests of an upload, so that it need not read earlier bytes again.
   */
  public static final class Running {

    private final Map<Digest.Algorithm, MessageDigest> hashes;
    private long length;

    private Running(Map<Digest.Algorithm, MessageDigest> hashes, long length) {
      this.hashes = hashes;
      this.length = length;
    }

    /** Of no bytes yet. */
    public static Running of(Digest.Algorithm... algorithms) {
      Map<Digest.Algorithm, MessageDigest> hashes = new EnumMap<>(Digest.Algorithm.class);
      for (Digest.Algorithm algorithm : algorithms) {
        hashes.put(algorithm, algorithm.newMessageDigest());
      }
      return new Running(hashes, 0);
    }

    /** Another one of the same bytes, which goes on by itself. */
    public Running copy() {
      Map<Digest.Algorithm, MessageDigest> copies = new EnumMap<>(Digest.Algorithm.class);
      hashes.forEach((algorithm, hash) -> copies.put(algorithm, clone(hash)));
      return new Running(copies, length);
    }

    /** How many bytes these are the digests of. */
    public long length() {
      return length;
    }

    /** The algorithms that it was made with. */
    public Set<Digest.Algorithm> algorithms() {
      return Set.copyOf(hashes.keySet());
    }

    /** The digest of the bytes so far; empty for an algorithm that it was not made with. */
    public Optional<Digest> digest(Digest.Algorithm algorithm) {
      return Optional.ofNullable(hashes.get(algorithm))
          .map(hash -> Digest.ofHash(algorithm, clone(hash).digest()));
    }

    /** Adds bytes. */
    public void update(byte[] bytes, int offset, int count) {
      hashes.values().forEach(hash -> hash.update(bytes, offset, count));
      length += count;
    }

    private static MessageDigest clone(MessageDigest hash) {
      try {
        return (MessageDigest) hash.clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the JDK's " + hash.getAlgorithm() + " can be cloned", e);
      }
    }
  }
}

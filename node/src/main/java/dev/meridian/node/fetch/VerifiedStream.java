package dev.meridian.node.fetch;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A blob on its way to a client: its last bytes are held back until the digest holds, and when it
 * does not, the stream fails.
 */
final class VerifiedStream extends InputStream {

  private static final int HELD_BACK = (int) SpoolFile.WITHHELD;

  private final InputStream source;
  private final Digest digest;
  private final Runnable onMatch;
  private final Runnable onWrongBytes;
  private final MessageDigest hash;
  private final byte[] buffer = new byte[2 * HELD_BACK];
  private int start;
  private int end;
  private boolean verified;

  VerifiedStream(InputStream source, Digest digest) {
    this(source, digest, () -> {}, () -> {});
  }

  /**
   * @param onMatch runs when all was read from the source and the digest holds
   * @param onWrongBytes runs before the stream fails because the digest does not hold
   */
  VerifiedStream(InputStream source, Digest digest, Runnable onMatch, Runnable onWrongBytes) {
    this.source = source;
    this.digest = digest;
    this.onMatch = onMatch;
    this.onWrongBytes = onWrongBytes;
    this.hash = digest.algorithm().newMessageDigest();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads bytes that may be given away.
   *
   * @throws IOException when the source fails, or the whole does not match the digest
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (!verified && end - start <= HELD_BACK) {
      fill();
    }
    int releasable = verified ? end - start : end - start - HELD_BACK;
    if (releasable == 0) {
      return -1;
    }
    int count = Math.min(length, releasable);
    System.arraycopy(buffer, start, target, offset, count);
    start += count;
    return count;
  }

  private void fill() throws IOException {
    if (end == buffer.length) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    int count = source.read(buffer, end, buffer.length - end);
    if (count > 0) {
      hash.update(buffer, end, count);
      end += count;
      return;
    }
    Digest actual = Digest.ofHash(digest.algorithm(), hash.digest());
    if (!actual.equals(digest)) {
      onWrongBytes.run();
      throw new WrongBytesException(digest, actual);
    }
    verified = true;
    onMatch.run();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}

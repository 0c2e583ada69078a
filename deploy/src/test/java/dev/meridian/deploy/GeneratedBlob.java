package dev.meridian.deploy;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Content of any length that is nowhere held; to be read once, and then it knows its digest. */
final class GeneratedBlob extends InputStream {

  private static final int BLOCK = 64 << 10;

  private final MessageDigest hash;
  private final byte[] block = new byte[BLOCK];
  private final long size;
  private long position;

  GeneratedBlob(long size) {
    this.size = size;
    try {
      this.hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (position == size) {
      return -1;
    }
    int within = (int) (position % BLOCK);
    if (within == 0) {
      // Each block is another, so that a block that is lost or comes twice changes the digest.
      ByteBuffer.wrap(block).putLong(position);
    }
    int count = (int) Math.min(Math.min(length, BLOCK - within), size - position);
    System.arraycopy(block, within, into, offset, count);
    hash.update(into, offset, count);
    position += count;
    return count;
  }

  /** The digest of all that was read; to be asked for once. */
  String digest() {
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
  }
}

package dev.meridian.controlplane.store;

import dev.meridian.model.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the parts of a key one after the other, so that keys order part by part. */
final class KeyWriter {

  private static final int USUAL_LENGTH = 96;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_LENGTH);

  /** Eight bytes, big-endian; negative numbers would come last. */
  KeyWriter number(long number) {
    bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    return this;
  }

  /** As {@link #number}, the largest first. */
  KeyWriter inverted(long number) {
    return number(~number);
  }

  /** One byte, 0 to 127. */
  KeyWriter small(int number) {
    bytes.write(number);
    return this;
  }

  /** One byte for the algorithm, then the hash: the order of the written digests. */
  KeyWriter digest(Digest digest) {
    bytes.write(DigestAlgorithmCode.of(digest.algorithm()));
    bytes.writeBytes(digest.hash());
    return this;
  }

  /**
   * A text that other parts follow: ends in a zero byte, so that no text is the prefix of another.
   */
  KeyWriter text(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text inside a key holds a zero byte");
    }
    rest(text);
    bytes.write(0);
    return this;
  }

  /** A text at the end of the key. */
  KeyWriter rest(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}

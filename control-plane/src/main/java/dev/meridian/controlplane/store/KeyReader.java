package dev.meridian.controlplane.store;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link KeyWriter} wrote, part by part. */
final class KeyReader {

  private final ByteBuffer bytes;

  KeyReader(byte[] key) {
    this.bytes = ByteBuffer.wrap(key);
  }

  long number() {
    return bytes.getLong();
  }

  long inverted() {
    return ~bytes.getLong();
  }

  int small() {
    return bytes.get();
  }

  Digest digest() {
    Algorithm algorithm = DigestAlgorithmCode.parse(bytes.get());
    return Digest.ofHash(algorithm, take(algorithm.newMessageDigest().getDigestLength()));
  }

  String text() {
    int start = bytes.position();
    while (bytes.get() != 0) {
      // the text goes on
    }
    return new String(bytes.array(), start, bytes.position() - 1 - start, StandardCharsets.UTF_8);
  }

  String rest() {
    return new String(take(bytes.remaining()), StandardCharsets.UTF_8);
  }

  private byte[] take(int length) {
    if (bytes.remaining() < length) {
      throw new BufferUnderflowException();
    }
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }
}

package dev.meridian.loadtest.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class SyntheticContentTest {

  private final SyntheticContent content = new SyntheticContent(42);

  @Test
  void knowsTheDigestOfWhatItWrites() throws IOException {
    for (long size : new long[] {32, 33, 100_000, (16 << 20) + 31, (16 << 20) + 100}) {
      Blob blob = content.blob(size, 3);
      byte[] bytes = bytes(blob, 0, size);
      assertThat(bytes).hasSize((int) size);
      assertThat(Digest.of(Digest.Algorithm.SHA256, bytes)).isEqualTo(blob.digest());
    }
  }

  @Test
  void writesTheSameInParts() throws IOException {
    Blob blob = content.blob(1000, 8);
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    for (int offset = 0; offset < 1000; offset += 90) {
      blob.writeTo(parts, offset, Math.min(90, 1000 - offset));
    }
    assertThat(parts.toByteArray()).isEqualTo(bytes(blob, 0, 1000));
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnotherNumber() {
    assertThat(new SyntheticContent(42).blob(5000, 1).digest())
        .isEqualTo(content.blob(5000, 1).digest())
        .isNotEqualTo(content.blob(5000, 2).digest());
  }

  @Test
  void doesNotCompress() throws IOException {
    byte[] bytes = bytes(content.blob(1_000_000, 1), 0, 1_000_000);
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    assertThat(deflater.deflate(new byte[2_000_000])).isGreaterThan(bytes.length - 1000);
    deflater.end();
  }

  private static byte[] bytes(Blob blob, long offset, long length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    blob.writeTo(out, offset, length);
    return out.toByteArray();
  }
}

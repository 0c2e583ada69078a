package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DigestingStreamTest {

  private static final byte[] CONTENT = "one blob, two algorithms".getBytes(StandardCharsets.UTF_8);

  @Test
  void takesEveryDigestThatItWasAskedFor() throws IOException {
    DigestingStream.Running running =
        DigestingStream.Running.of(Algorithm.SHA256, Algorithm.SHA512);
    read(running, CONTENT);
    assertThat(running.digest(Algorithm.SHA256)).contains(Digest.of(Algorithm.SHA256, CONTENT));
    assertThat(running.digest(Algorithm.SHA512)).contains(Digest.of(Algorithm.SHA512, CONTENT));
    assertThat(running.length()).isEqualTo(CONTENT.length);
  }

  @Test
  void hasNoDigestOfOtherAlgorithms() {
    DigestingStream.Running running = DigestingStream.Running.of(Algorithm.SHA256);
    assertThat(running.digest(Algorithm.SHA512)).isEmpty();
    assertThat(running.algorithms()).containsExactly(Algorithm.SHA256);
  }

  @Test
  void goesOnAfterADigestWasTaken() throws IOException {
    DigestingStream.Running running = DigestingStream.Running.of(Algorithm.SHA256);
    read(running, new byte[0]);
    assertThat(running.digest(Algorithm.SHA256)).contains(Digest.of(Algorithm.SHA256, new byte[0]));
    read(running, CONTENT);
    assertThat(running.digest(Algorithm.SHA256)).contains(Digest.of(Algorithm.SHA256, CONTENT));
  }

  @Test
  void aCopyIsNotChangedByTheOriginal() throws IOException {
    DigestingStream.Running running = DigestingStream.Running.of(Algorithm.SHA256);
    read(running, CONTENT);
    DigestingStream.Running copy = running.copy();
    read(running, CONTENT);
    assertThat(copy.digest(Algorithm.SHA256)).contains(Digest.of(Algorithm.SHA256, CONTENT));
    assertThat(copy.length()).isEqualTo(CONTENT.length);
  }

  @Test
  void skippedAndSingleBytesCount() throws IOException {
    DigestingStream.Running running = DigestingStream.Running.of(Algorithm.SHA256);
    try (InputStream stream = new DigestingStream(new ByteArrayInputStream(CONTENT), running)) {
      assertThat(stream.read()).isEqualTo('o');
      assertThat(stream.skip(5)).isEqualTo(5);
      assertThat(stream.markSupported()).isFalse();
      assertThat(stream.skip(1000)).isEqualTo(CONTENT.length - 6);
      assertThat(stream.read()).isEqualTo(-1);
    }
    assertThat(running.digest(Algorithm.SHA256)).contains(Digest.of(Algorithm.SHA256, CONTENT));
  }

  private static void read(DigestingStream.Running running, byte[] content) throws IOException {
    try (InputStream stream = new DigestingStream(new ByteArrayInputStream(content), running)) {
      stream.readAllBytes();
    }
  }
}

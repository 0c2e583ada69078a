package dev.meridian.node.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.node.blobs.BlobBody.FileBody;
import dev.meridian.node.blobs.FileStamp;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ComparedFilesTest {

  private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, new byte[] {1});
  private static final Digest OTHER = Digest.of(Digest.Algorithm.SHA256, new byte[] {2});
  private static final FileBody FILE = file(9, 1000, "inode 7");

  private long nanos;

  private static FileBody file(long size, long modified, String identity) {
    return new FileBody(
        Path.of("a"), 0, 9, new FileStamp(size, FileTime.fromMillis(modified), identity));
  }

  @Test
  void knowsAFileThatIsAsItWas() {
    ComparedFiles files = new ComparedFiles(Duration.ofHours(1), () -> nanos);
    assertThat(files.holds(DIGEST, FILE)).isFalse();
    files.add(DIGEST, FILE);
    assertThat(files.holds(DIGEST, file(9, 1000, "inode 7"))).isTrue();
    assertThat(files.holds(OTHER, FILE)).isFalse();
    assertThat(files.holds(DIGEST, file(10, 1000, "inode 7"))).isFalse();
    assertThat(files.holds(DIGEST, file(9, 1001, "inode 7"))).isFalse();
    assertThat(files.holds(DIGEST, file(9, 1000, "inode 8"))).isFalse();
  }

  @Test
  void forgetsAFileAfterTheIntervalOrADay() {
    ComparedFiles hourly = new ComparedFiles(Duration.ofHours(1), () -> nanos);
    ComparedFiles daily = new ComparedFiles(Duration.ofDays(30), () -> nanos);
    hourly.add(DIGEST, FILE);
    daily.add(DIGEST, FILE);
    nanos += Duration.ofMinutes(59).toNanos();
    assertThat(hourly.holds(DIGEST, FILE)).isTrue();
    nanos += Duration.ofMinutes(1).toNanos();
    assertThat(hourly.holds(DIGEST, FILE)).isFalse();
    nanos = Duration.ofHours(23).toNanos();
    assertThat(daily.holds(DIGEST, FILE)).isTrue();
    nanos += Duration.ofHours(1).toNanos();
    assertThat(daily.holds(DIGEST, FILE)).isFalse();
  }
}

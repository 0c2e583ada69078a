package dev.meridian.node.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class BlobFetchTest {

  private static final int SIZE = 100_000;

  @TempDir private Path directory;

  @Test
  void failsItsReadersWhenItIsOverWithoutAnEnd() throws IOException {
    ColdBlob blob =
        new ColdBlob(
            Digest.of(Digest.Algorithm.SHA256, new byte[SIZE]),
            SIZE,
            Set.of(RegionId.parse("eu-west")),
            1);
    SpoolFile spool =
        new SpoolDirectory(directory, SIZE, Duration.ofSeconds(30)).create(SIZE).orElseThrow();
    PartialBlob partial = new PartialBlob(spool, blob.digest());
    BlobFetch fetch = new BlobFetch(blob, partial, null, null, Throttle.NONE);
    try (InputStream reader = spool.reader(ByteRange.whole(SIZE)).orElseThrow()) {
      assertThat(fetch.end()).isSameAs(partial);
      assertThatThrownBy(reader::read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("came to no end");
    }
  }
}

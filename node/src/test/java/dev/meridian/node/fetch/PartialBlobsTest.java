package dev.meridian.node.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartialBlobsTest {

  private static final int SIZE = 100_000;

  @TempDir private Path directory;

  private final AtomicLong nanos = new AtomicLong();
  private SpoolDirectory spools;
  private PartialBlobs partials;

  @BeforeEach
  void prepare() {
    spools = new SpoolDirectory(directory, 2 * SIZE, Duration.ofSeconds(1));
    partials = new PartialBlobs(spools, nanos::get);
  }

  @Test
  void givesWhatCameToTheNextFetch() throws IOException {
    PartialBlob partial = partials.take(blob("a")).orElseThrow();
    fail(partial, 10);
    partials.giveBack(blob("a"), partial);
    PartialBlob again = partials.take(blob("a")).orElseThrow();
    assertThat(again).isSameAs(partial);
    assertThat(again.spool().written()).isEqualTo(10);
    again.restart();
    again.spool().fail(new IOException("nobody is there"));
    partials.giveBack(blob("a"), again);
    assertThat(spools.reserved()).isZero();
  }

  @Test
  void keepsThemForAnHour() throws IOException {
    keep("a");
    nanos.addAndGet(Duration.ofMinutes(59).toNanos());
    keep("b");
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(partials.take(blob("a")).orElseThrow().spool().written()).isZero();
    assertThat(partials.take(blob("b")).orElseThrow().spool().written()).isEqualTo(10);
  }

  @Test
  void theyMakeRoomForWhatComes() throws IOException {
    keep("a");
    keep("b");
    assertThat(partials.take(blob("c"))).isPresent();
    assertThat(partials.take(blob("d"))).isPresent();
    assertThat(partials.take(blob("e"))).isEmpty();
    assertThat(spools.reserved()).isEqualTo(2 * SIZE);
  }

  private void keep(String name) throws IOException {
    PartialBlob partial = partials.take(blob(name)).orElseThrow();
    fail(partial, 10);
    partials.giveBack(blob(name), partial);
  }

  private static void fail(PartialBlob partial, int after) throws IOException {
    partial.spool().write(new byte[after], after);
    partial.spool().fail(new IOException("nobody is there any more"));
  }

  private static ColdBlob blob(String name) {
    return new ColdBlob(
        Digest.of(Digest.Algorithm.SHA256, name.getBytes(StandardCharsets.UTF_8)),
        SIZE,
        Set.of(RegionId.parse("eu-west")),
        1);
  }
}

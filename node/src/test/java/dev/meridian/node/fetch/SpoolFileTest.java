package dev.meridian.node.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class SpoolFileTest {

  private static final int SIZE = 200_000;
  private static final int GIVEN = SIZE - (int) SpoolFile.WITHHELD;

  @TempDir private Path directory;

  private final byte[] content = new byte[SIZE];
  private SpoolDirectory spools;
  private SpoolFile spool;

  @BeforeEach
  void create() {
    new Random(1).nextBytes(content);
    spools = new SpoolDirectory(directory, SIZE, Duration.ofSeconds(5));
    spool = spools.create(SIZE).orElseThrow();
  }

  @Test
  void givesAllButTheLastBytesBeforeItIsVerified() throws Exception {
    InputStream reader = reader();
    spool.write(content, SIZE);

    assertThat(reader.readNBytes(GIVEN)).isEqualTo(Arrays.copyOf(content, GIVEN));
    CompletableFuture<byte[]> rest = readAll(reader);
    assertThat(rest).isNotDone();

    spool.verified();
    assertThat(rest.get(20, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOfRange(content, GIVEN, SIZE));
  }

  @Test
  void failsReadersThatGetNothing() throws Exception {
    SpoolDirectory hasty = new SpoolDirectory(directory, SIZE, Duration.ofMillis(50));
    SpoolFile silent = hasty.create(SIZE).orElseThrow();
    try (InputStream reader = silent.reader(ByteRange.whole(SIZE)).orElseThrow()) {
      assertThatThrownBy(reader::read).hasMessageContaining("nothing has come for 50 ms");
    }
  }

  @Test
  void failsReadersWhenItFails() throws Exception {
    CompletableFuture<byte[]> read = readAll(reader());
    spool.write(content, SIZE);

    spool.fail(new IOException("the holder is gone"));

    assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS))
        .hasMessageContaining("the holder is gone");
  }

  @Test
  void aRestartFailsOnlyThoseWhoWereGivenBytes() throws Exception {
    InputStream given = reader();
    InputStream fresh = reader();
    spool.write(new byte[SIZE], SIZE);
    given.readNBytes(10);

    spool.restart();
    spool.write(content, SIZE);
    spool.verified();

    assertThatThrownBy(() -> given.readNBytes(10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not to match the digest");
    assertThat(fresh.readAllBytes()).isEqualTo(content);
  }

  @Test
  void rangesAreThereOnceTheyAreWritten() throws Exception {
    ByteRange range = new ByteRange(1000, 1999);
    assertThat(spool.covers(range)).isFalse();
    spool.write(content, 2000);
    assertThat(spool.covers(range)).isTrue();
    assertThat(spool.covers(new ByteRange(SIZE - 10, SIZE - 1))).isFalse();

    try (InputStream reader = spool.reader(range).orElseThrow()) {
      assertThat(reader.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1000, 2000));
    }
  }

  @Test
  void leavesNoFileAndNoReservationBehind() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    assertThat(spools.create(1)).isEmpty();
    InputStream reader = reader();
    spool.release();
    assertThat(spools.reserved()).isEqualTo(SIZE);

    reader.close();
    reader.close();

    assertThat(spools.reserved()).isZero();
    assertThat(spool.reader(new ByteRange(0, 1))).isEqualTo(Optional.empty());
  }

  private InputStream reader() {
    return spool.reader(ByteRange.whole(SIZE)).orElseThrow();
  }

  private static CompletableFuture<byte[]> readAll(InputStream reader) {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (reader) {
            read.complete(reader.readAllBytes());
          } catch (IOException e) {
            read.completeExceptionally(e);
          }
        });
    return read;
  }
}

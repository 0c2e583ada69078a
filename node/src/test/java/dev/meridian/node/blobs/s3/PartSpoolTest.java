package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.node.blobs.BlobStoreException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PartSpoolTest {

  private static final long PART = 1 << 20;

  @TempDir private Path directory;

  @Test
  void givesBackItsBytesMoreThanOnce() throws Exception {
    byte[] text = "written once, sent twice".getBytes(StandardCharsets.UTF_8);
    PartSpool spool = new PartSpool(directory, 4 * PART);
    try (PartBytes part = spool.open(PART)) {
      assertThat(part.write(text, 0, text.length)).isEqualTo(text.length);
      assertThat(part.length()).isEqualTo(text.length);
      for (int i = 0; i < 2; i++) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        part.writeTo(request);
        assertThat(request.toByteArray()).isEqualTo(text);
      }
    }
  }

  @Test
  void takesNoMoreThanAPartMayHold() throws Exception {
    PartSpool spool = new PartSpool(directory, 4 * PART);
    try (PartBytes part = spool.open(10)) {
      assertThat(part.write(new byte[15], 0, 15)).isEqualTo(10);
      assertThat(part.write(new byte[15], 10, 5)).isZero();
    }
  }

  @Test
  void waitsUntilThereIsRoom() throws Exception {
    PartSpool spool = new PartSpool(directory, 2 * PART);
    PartBytes one = spool.open(PART);
    PartBytes two = spool.open(PART);
    assertThat(spool.reserved()).isEqualTo(2 * PART);

    CompletableFuture<PartBytes> third =
        CompletableFuture.supplyAsync(() -> spool.open(PART), Thread::startVirtualThread);
    eventuallyOneWaits(spool);
    assertThat(third).isNotDone();
    one.close();

    third.get(30, TimeUnit.SECONDS).close();
    two.close();
    assertThat(spool.reserved()).isZero();
  }

  @Test
  void canBeInterruptedWhileItWaits() throws Exception {
    PartSpool spool = new PartSpool(directory, PART);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (PartBytes one = spool.open(PART)) {
      Thread waiting =
          Thread.startVirtualThread(() -> {
            try (PartBytes none = spool.open(PART)) {
              failure.complete(new AssertionError("room for " + none.length()));
            } catch (BlobStoreException e) {
              failure.complete(e);
            }
          });
      eventuallyOneWaits(spool);
      waiting.interrupt();
      assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(BlobStoreException.class);
      assertThat(one.length()).isZero();
    }
    assertThat(spool.reserved()).isZero();
  }

  @Test
  void closingTwiceGivesBackOnce() {
    PartSpool spool = new PartSpool(directory, 2 * PART);
    PartBytes part = spool.open(PART);
    PartBytes other = spool.open(PART);
    part.close();
    part.close();
    assertThat(spool.reserved()).isEqualTo(PART);
    other.close();
  }

  @Test
  void refusesAPartThatNeverFits() {
    PartSpool spool = new PartSpool(directory, PART);
    assertThatThrownBy(() -> spool.open(2 * PART)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptiesTheDirectoryOfOldPartsAtStart() throws Exception {
    Files.write(directory.resolve("old.part"), new byte[10]);
    Files.write(directory.resolve("not-mine.txt"), new byte[10]);
    PartSpool spool = new PartSpool(directory, PART);
    assertThat(directory.resolve("old.part")).doesNotExist();
    assertThat(directory.resolve("not-mine.txt")).exists();
    assertThat(spool.reserved()).isZero();
  }

  private static void eventuallyOneWaits(PartSpool spool) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (spool.waiting() == 0) {
      assertThat(System.nanoTime()).as("nobody waits for room").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}

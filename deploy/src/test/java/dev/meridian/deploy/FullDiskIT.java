package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A metadata server whose disk is full: a file system in memory that is too small. */
@RequiresPrograms(
    value = {"mount", "umount"},
    asRoot = true)
class FullDiskIT {

  private static final String REPOSITORY = "demo/app";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TEXT_BYTES = 2_000_000;
  private static final int MOST_WRITES = 100;

  @TempDir private Path directory;

  /** Seen from the server of one region, with the disk of the same or of another one full. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void stopsAndSaysWhyAndTheOthersGoOn(int full) throws Exception {
    Path small = directory.resolve("data").resolve(ProcessCluster.REGIONS.get(full) + "-" + full);
    Files.createDirectories(small);
    run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", small.toString());
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient writer = cluster.client(2);
      writer.pushBlob(REPOSITORY, TestImage.of(0, 1).config());
      writer.pushBlob(REPOSITORY, TestImage.of(0, 1).layer());
      int written = 0;
      while (cluster.process(full).isAlive() && written < MOST_WRITES) {
        put(writer, written++);
      }
      assertThat(cluster.process(full).await(PATIENCE)).isNotZero();
      assertThat(cluster.process(full).output())
          .contains("the disk of " + small + " is full: free space and start this server again");

      int more = written + 3;
      while (written < more) {
        put(writer, written++);
      }
      run("mount", "-o", "remount,size=1g", small.toString());
      cluster.restart(full);
      cluster.awaitServing(full);
      for (int i = 0; i < written; i++) {
        assertThat(cluster.client(full).resolve(REPOSITORY, "t" + i)).isEqualTo(digest(i));
      }
    } finally {
      run("umount", small.toString());
    }
  }

  /** What is unknown or was not accepted is written again, as a client does. */
  private static void put(RegistryClient writer, int number) throws Exception {
    Eventually.get(
        PATIENCE,
        () ->
            assertThat(writer.tryManifest(REPOSITORY, "t" + number, image(number)).statusCode())
                .isEqualTo(201));
  }

  private static String digest(int number) {
    return image(number).digest();
  }

  /** All of the same blobs; the manifest is long and does not compress. */
  private static TestImage image(int number) {
    TestImage image = TestImage.of(0, 1);
    byte[] text = new byte[TEXT_BYTES];
    Random random = new Random(number);
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('0' + random.nextInt(64));
    }
    String manifest = new String(image.manifest(), StandardCharsets.UTF_8).strip();
    String longer =
        manifest.substring(0, manifest.length() - 1)
            + ",\"annotations\":{\"text\":\""
            + new String(text, StandardCharsets.UTF_8).replace('\\', 'x')
            + "\"}}";
    return new TestImage(image.config(), image.layer(), longer.getBytes(StandardCharsets.UTF_8));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", List.of(command))).isZero();
  }
}

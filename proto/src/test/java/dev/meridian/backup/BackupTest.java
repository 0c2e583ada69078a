package dev.meridian.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {

  @TempDir Path root;
  private Path source;
  private Path target;

  @BeforeEach
  void makeDirectories() throws IOException {
    source = Files.createDirectory(root.resolve("source"));
    target = Files.createDirectory(root.resolve("target"));
  }

  private BackupHeader header(Map<String, byte[]> files) throws IOException {
    BackupHeader.Builder header =
        BackupHeader.newBuilder().setCluster("demo").setRevision(7).setTerm(2).setIndex(9);
    for (var file : new TreeMap<>(files).entrySet()) {
      Files.write(source.resolve(file.getKey()), file.getValue());
      header.addFiles(
          BackupFile.newBuilder().setName(file.getKey()).setSize(file.getValue().length));
    }
    return header.build();
  }

  private byte[] written(BackupHeader header) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BackupWriter(header, source).write(out);
    return out.toByteArray();
  }

  private byte[] small() throws IOException {
    return written(
        header(
            Map.of(
                "CURRENT",
                "MANIFEST-000005\n".getBytes(US_ASCII),
                "000012.sst",
                new byte[] {0, 1, 2, 3},
                "000013.log",
                new byte[0])));
  }

  private static BackupHeader verify(byte[] backup) throws Exception {
    return BackupReader.verify(new ByteArrayInputStream(backup));
  }

  private static void assertBroken(byte[] backup, String why) {
    assertThatThrownBy(() -> verify(backup))
        .isInstanceOf(BrokenBackupException.class)
        .hasMessageContaining(why);
  }

  @Test
  void comesBackAsItWas() throws Exception {
    byte[] large = new byte[300_000];
    new Random(3).nextBytes(large);
    Map<String, byte[]> files = Map.of("a.sst", large, "EMPTY", new byte[0], "b", new byte[] {7});
    BackupHeader header = header(files);
    byte[] backup = written(header);
    assertThat(new BackupWriter(header, source).length()).isEqualTo(backup.length);
    assertThat(verify(backup)).isEqualTo(header);

    assertThat(BackupReader.extract(new ByteArrayInputStream(backup), target)).isEqualTo(header);
    assertThat(target.toFile().list()).containsExactlyInAnyOrder("a.sst", "EMPTY", "b");
    for (var file : files.entrySet()) {
      assertThat(Files.readAllBytes(target.resolve(file.getKey()))).isEqualTo(file.getValue());
    }
  }

  @Test
  void refusesATruncatedOneWhereverItEnds() throws Exception {
    byte[] backup = small();
    for (int length = 0; length < backup.length; length++) {
      assertBroken(Arrays.copyOf(backup, length), "not a whole backup: it ends after " + length);
    }
    assertBroken(
        Arrays.copyOf(backup, backup.length - 1),
        "ends after " + (backup.length - 1) + " of " + backup.length + " bytes");
  }

  @Test
  void refusesAnAlteredOneWhereverThatIs() throws Exception {
    byte[] backup = small();
    for (int i = 0; i < backup.length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        backup[i] ^= (byte) (1 << bit);
        assertBroken(backup, "backup");
        backup[i] ^= (byte) (1 << bit);
      }
    }
    assertThat(verify(backup).getRevision()).isEqualTo(7);
  }

  @Test
  void saysWhatWasAltered() throws Exception {
    byte[] backup = small();
    int content = new String(backup, ISO_8859_1).indexOf("MANIFEST-000005");
    backup[content]++;
    assertBroken(backup, "its file CURRENT was altered");
    backup[content]--;
    backup[20]++;
    assertBroken(backup, "its header was altered");
    backup[20]--;
    backup[backup.length - 1]++;
    assertBroken(backup, "its end was altered");
  }

  @Test
  void refusesWhatFollowsTheEnd() throws Exception {
    byte[] backup = small();
    assertBroken(Arrays.copyOf(backup, backup.length + 1), "something follows its end");
  }

  @Test
  void refusesWhatIsNoBackupAndOneOfALaterFormat() throws Exception {
    assertBroken("#!/bin/sh and more".getBytes(US_ASCII), "not a backup");
    byte[] backup = small();
    ByteBuffer.wrap(backup).putInt(BackupFormat.MAGIC.length, 2);
    assertBroken(backup, "a backup of format 2");
    assertBroken(backup, "expected format 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a\\b", "a\0b"})
  void refusesNamesThatAreNotPlain(String name) throws Exception {
    BackupHeader header =
        BackupHeader.newBuilder().addFiles(BackupFile.newBuilder().setName(name)).build();
    assertThatThrownBy(() -> new BackupWriter(header, source))
        .isInstanceOf(IllegalArgumentException.class);
    assertBroken(head(header), "its header is wrong: the name of file 1 is not valid");
  }

  @Test
  void refusesANameTwiceAndSizesThatCannotBe() throws Exception {
    BackupFile file = BackupFile.newBuilder().setName("a").build();
    assertBroken(
        head(BackupHeader.newBuilder().addFiles(file).addFiles(file).build()),
        "the name of file 2 is not valid");
    BackupFile negative = file.toBuilder().setSize(-1).build();
    assertBroken(head(BackupHeader.newBuilder().addFiles(negative).build()), "the size of file a");
    BackupFile huge = BackupFile.newBuilder().setName("b").setSize(Long.MAX_VALUE).build();
    assertBroken(
        head(BackupHeader.newBuilder().addFiles(file).addFiles(huge).build()),
        "the size of file b");
  }

  /** A head whose hash is right. */
  private static byte[] head(BackupHeader header) {
    byte[] bytes = header.toByteArray();
    int length = BackupFormat.MAGIC.length + 2 * Integer.BYTES + bytes.length;
    ByteBuffer head = ByteBuffer.allocate(length + BackupFormat.HASH);
    head.put(BackupFormat.MAGIC).putInt(BackupFormat.VERSION).putInt(bytes.length).put(bytes);
    return head.put(BackupFormat.newHash().digest(Arrays.copyOf(head.array(), length))).array();
  }

  @Test
  void doesNotWriteAFileThatIsShorterThanItWas() throws Exception {
    BackupHeader header = header(Map.of("a", new byte[10]));
    Files.write(source.resolve("a"), new byte[9]);
    assertThatThrownBy(() -> written(header))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining(source.resolve("a").toString());
  }

  @Test
  void doesNotWriteOverAFile() throws Exception {
    byte[] backup = small();
    Files.createFile(target.resolve("CURRENT"));
    assertThatThrownBy(() -> BackupReader.extract(new ByteArrayInputStream(backup), target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("CURRENT");
  }
}

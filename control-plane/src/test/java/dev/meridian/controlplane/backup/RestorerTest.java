package dev.meridian.controlplane.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.backup.BackupWriter;
import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import dev.meridian.proto.store.ClusterRecord;
import dev.meridian.proto.store.RepositoryRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestorerTest {

  private static final RegionId EAST = RegionId.parse("us-east");
  private static final LogPosition POSITION = new LogPosition(7, 40);

  @TempDir Path root;
  private Path data;
  private Path backup;
  private BackupHeader header;
  private List<String> content;

  @BeforeEach
  void makeBackup() throws IOException {
    data = root.resolve("data");
    backup = root.resolve("demo.backup");
    Path store = root.resolve("store");
    try (MetadataDb db = MetadataDb.open(store);
        WriteSet writes = db.write(POSITION)) {
      writes.put(
          Tables.CLUSTER,
          Nothing.NOTHING,
          ClusterRecord.newBuilder().setClusterId("old").setClusterName("demo").build());
      writes.put(
          Tables.REPOSITORIES,
          RepositoryName.parse("demo/app"),
          RepositoryRecord.newBuilder().setId(1).build());
      writes.put(Tables.META, Meta.REVISION, 30L);
      writes.commit();
    }
    try (MetadataDb db = MetadataDb.open(store)) {
      content = content(db);
    }
    header = header(store).build();
    write(header, store);
  }

  private static List<String> content(MetadataDb db) {
    return StoreDump.of(
        db, Set.of(Tables.CLUSTER, Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER));
  }

  private static BackupHeader.Builder header(Path store) throws IOException {
    BackupHeader.Builder header =
        BackupHeader.newBuilder()
            .setCluster("demo")
            .setRevision(30)
            .setTerm(POSITION.term())
            .setIndex(POSITION.index())
            .setVersion("1.2.3");
    try (Stream<Path> files = Files.list(store)) {
      for (Path file : files.sorted().toList()) {
        header.addFiles(
            BackupFile.newBuilder()
                .setName(file.getFileName().toString())
                .setSize(Files.size(file)));
      }
    }
    return header;
  }

  private void write(BackupHeader head, Path store) throws IOException {
    try (OutputStream out = Files.newOutputStream(backup)) {
      new BackupWriter(head, store).write(out);
    }
  }

  private Restorer restorer(Consumer<RestoreStep> done) {
    return new Restorer("demo", EAST, data, done);
  }

  private void restore() throws RestoreException {
    assertThat(restorer(step -> {}).restore(backup)).isEqualTo(header);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Looks into a directory as a server would; its cluster's id. */
  private String checkRestored(Path directory) throws IOException {
    DataDirectory claimed = DataDirectory.claim(directory, "demo", EAST);
    assertThat(claimed.marker()).content().contains("founders=us-east\n").contains("groupid=");
    assertThat(names(directory)).contains("server.properties", "store").doesNotContain("restoring");
    assertThat(claimed.store().resolve("CURRENT")).hasContent("live-41");
    try (MetadataDb db = MetadataDb.open(LiveDatabase.directory(claimed.store(), 41));
        ReadView view = db.read()) {
      assertThat(db.position()).isEqualTo(new LogPosition(0, 41));
      assertThat(db.revision()).isEqualTo(31);
      assertThat(content(db)).isEqualTo(content);
      ClusterRecord cluster = view.get(Tables.CLUSTER, Nothing.NOTHING).orElseThrow();
      assertThat(cluster.getClusterName()).isEqualTo("demo");
      return cluster.getClusterId();
    }
  }

  @Test
  void restoresTheContentAsThatOfANewCluster() throws Exception {
    restore();
    String first = checkRestored(data);
    assertThat(first).matches("[0-9a-f]{32}");
    data = root.resolve("elsewhere");
    restore();
    assertThat(checkRestored(data)).isNotEqualTo(first);
  }

  @Test
  void leavesBlobsInTheDirectoryAlone() throws Exception {
    Files.createDirectories(data.resolve("blobs"));
    Files.writeString(data.resolve("blobs/a"), "bytes");
    restore();
    checkRestored(data);
    assertThat(data.resolve("blobs/a")).hasContent("bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.properties", "raft", "store", "checkpoints", "incoming"})
  void refusesADirectoryThatHoldsMetadata(String file) throws Exception {
    Files.createDirectories(data);
    Files.writeString(data.resolve(file), "kept");
    assertThatThrownBy(this::restore)
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("the data directory " + data + " holds " + file);
    assertThat(names(data)).containsExactly(file);
    assertThat(data.resolve(file)).hasContent("kept");
  }

  @Test
  void refusesItsOwnWorkASecondTime() throws Exception {
    restore();
    assertThatThrownBy(this::restore).hasMessageContaining("holds server.properties");
    checkRestored(data);
  }

  @Test
  void refusesABackupThatIsNotWhole() throws Exception {
    byte[] bytes = Files.readAllBytes(backup);
    bytes[bytes.length / 2]++;
    Files.write(backup, bytes);
    assertRefused(backup + " is not a whole backup: ");
    Files.write(backup, new byte[0]);
    assertRefused(backup + " is not a whole backup: it ends after 0 bytes");
  }

  @Test
  void refusesABackupOfAnotherClusterOrOfALaterFormat() throws Exception {
    assertThatThrownBy(() -> new Restorer("other", EAST, data).restore(backup))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("is a backup of cluster \"demo\": expected one of \"other\"");
    byte[] bytes = Files.readAllBytes(backup);
    bytes[11] = 2;
    Files.write(backup, bytes);
    assertRefused(backup + " is a backup of format 2");
  }

  @Test
  void refusesABackupWhoseContentIsAnother() throws Exception {
    write(header.toBuilder().setRevision(31).build(), root.resolve("store"));
    assertRefused("expected entry 7:40 and revision 31, and it holds 7:40 and 30");
  }

  @Test
  void refusesWhatRocksDbCannotOpen() throws Exception {
    Files.writeString(root.resolve("store/CURRENT"), "nonsense\n");
    write(header(root.resolve("store")).build(), root.resolve("store"));
    assertRefused("was made by version 1.2.3 of Meridian, and this one cannot open");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> new Restorer("demo", EAST, data).restore(backup))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(why);
    assertThat(data.resolve("server.properties")).doesNotExist();
    assertThat(data.resolve("store")).doesNotExist();
    assertThat(data.resolve("restoring")).doesNotExist();
  }

  @Test
  void saysWhatCannotBeReadOrWritten() throws Exception {
    assertThatThrownBy(() -> restorer(step -> {}).restore(root.resolve("absent")))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining(root.resolve("absent").toString())
        .hasMessageContaining("NoSuchFile");
    Files.writeString(root.resolve("file"), "no directory");
    data = root.resolve("file/data");
    assertThatThrownBy(this::restore)
        .isInstanceOf(RestoreException.class)
        .hasMessageStartingWith("cannot restore " + backup + " into " + data + ": ")
        .hasMessageContaining("Not a directory");
  }

  @Test
  void oneAtATimeRestoresIntoADirectory() throws Exception {
    List<String> refusals = new ArrayList<>();
    restorer(
            step -> {
              if (step == RestoreStep.BUILT) {
                try {
                  restore();
                } catch (RestoreException e) {
                  refusals.add(e.getMessage());
                }
              }
            })
        .restore(backup);
    assertThat(refusals).containsExactly("another restore into " + data + " is under way");
    checkRestored(data);
  }

  @ParameterizedTest
  @EnumSource(RestoreStep.class)
  void takesBackWhatItDidWhenItFails(RestoreStep failing) throws Exception {
    Files.createDirectories(data.resolve("blobs"));
    Restorer restorer =
        restorer(step -> {
          if (step == failing) {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
        });
    assertThatThrownBy(() -> restorer.restore(backup)).isInstanceOf(UncheckedIOException.class);
    if (failing != RestoreStep.RESTORED) {
      assertThat(names(data)).containsExactly("blobs");
      restore();
    }
    checkRestored(data);
  }

  /** The directory as the end of the process at that moment leaves it. */
  @Test
  void isRestoredAsAWholeOrNotWheneverTheProcessEnds() throws Exception {
    Map<RestoreStep, Path> crashes = new EnumMap<>(RestoreStep.class);
    restorer(step -> crashes.put(step, copy(root.resolve("after-" + step)))).restore(backup);
    assertThat(crashes.keySet()).containsExactly(RestoreStep.values());
    for (var crash : crashes.entrySet()) {
      data = crash.getValue();
      if (crash.getKey() != RestoreStep.RESTORED) {
        assertThatThrownBy(() -> DataDirectory.claim(data, "demo", EAST))
            .as("a start after %s", crash.getKey())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("came to no end: run meridian restore again");
        restore();
      }
      checkRestored(data);
    }
  }

  @Test
  void beginsAnewAfterAnEndAmidTheFiles() throws Exception {
    Path crashed = root.resolve("crashed");
    restorer(
            step -> {
              if (step == RestoreStep.EXTRACTED) {
                copy(crashed);
              }
            })
        .restore(backup);
    data = crashed;
    Path store = LiveDatabase.directory(data.resolve("restoring/store"), 41);
    Files.delete(store.resolve("CURRENT"));
    restore();
    checkRestored(data);
  }

  private Path copy(Path target) {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(data.relativize(file)));
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.meridian.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.model.TagName;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.TagRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class MetadataDbTest {

  @TempDir Path directory;
  private MetadataDb db;

  @BeforeEach
  void open() {
    db = MetadataDb.open(directory.resolve("store"));
  }

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void beginsBeforeTheFirstEntry() {
    assertThat(db.position()).isEqualTo(LogPosition.NONE);
    assertThat(db.revision()).isZero();
  }

  @Test
  void committedWritesAndPositionAreThereAfterReopening() {
    try (WriteSet writes = db.write(new LogPosition(2, 5))) {
      putTag(writes, "v1", "a");
      writes.increment(Meta.REVISION);
      writes.commit();
    }
    db.close();
    open();
    assertThat(db.position()).isEqualTo(new LogPosition(2, 5));
    assertThat(db.revision()).isEqualTo(1);
    assertThat(tags(db)).containsExactly("v1=a");
  }

  @Test
  void tablesThatAnOlderStoreLacksAreMade() throws Exception {
    commit(1, "a=1");
    db.close();
    dropFamily(Tables.MISSING.name());
    open();
    assertThat(tags(db)).containsExactly("a=1");
    try (ReadView view = db.read()) {
      assertThat(view.scan(Tables.MISSING, Tables.MISSING.all(), 1)).isEmpty();
    }
  }

  private void dropFamily(String name) throws RocksDBException {
    String store = directory.resolve("store").toString();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (Options options = new Options();
        DBOptions database = new DBOptions()) {
      List<ColumnFamilyDescriptor> families =
          RocksDB.listColumnFamilies(options, store).stream()
              .map(ColumnFamilyDescriptor::new)
              .toList();
      try (RocksDB rocks = RocksDB.open(database, store, families, handles)) {
        for (ColumnFamilyHandle family : handles) {
          if (new String(family.getName(), StandardCharsets.UTF_8).equals(name)) {
            rocks.dropColumnFamily(family);
          }
          family.close();
        }
      }
    }
  }

  @Test
  void writesThatWereNotCommittedLeaveNothing() {
    List<String> before = StoreDump.of(db);
    try (WriteSet writes = db.write(new LogPosition(1, 1))) {
      putTag(writes, "v1", "a");
    }
    assertThat(StoreDump.of(db)).isEqualTo(before);
    assertThat(db.position()).isEqualTo(LogPosition.NONE);
  }

  @Test
  void writesSeeEachOtherOverTheStore() {
    commit(1, "a=1", "b=1", "d=1", "f=1");
    try (WriteSet writes = db.write(new LogPosition(1, 2))) {
      putTag(writes, "c", "2");
      putTag(writes, "b", "2");
      putTag(writes, "z", "2");
      writes.delete(Tables.TAGS, key("d"));
      writes.delete(Tables.TAGS, key("unknown"));
      assertThat(tags(writes)).containsExactly("a=1", "b=2", "c=2", "f=1", "z=2");
      assertThat(writes.get(Tables.TAGS, key("b")).orElseThrow().getDigest()).isEqualTo("2");
      assertThat(writes.contains(Tables.TAGS, key("d"))).isFalse();
      assertThat(writes.scan(Tables.TAGS, TagKey.in(1, "b"), 2).stream().map(MetadataDbTest::show))
          .containsExactly("c=2", "f=1");
      writes.commit();
    }
    assertThat(tags(db)).containsExactly("a=1", "b=2", "c=2", "f=1", "z=2");
  }

  @Test
  void aLastThatDoesNotExistBeginsBehindItsPlace() {
    commit(1, "a=1", "c=1");
    try (ReadView view = db.read()) {
      assertThat(view.scan(Tables.TAGS, TagKey.in(1, "b"), 9).stream().map(MetadataDbTest::show))
          .containsExactly("c=1");
      assertThat(view.scan(Tables.TAGS, TagKey.in(1, "c"), 9)).isEmpty();
      assertThat(view.scan(Tables.TAGS, TagKey.in(1, ""), 0)).isEmpty();
    }
  }

  @Test
  void rangesOfARepositoryHoldNoOther() {
    try (WriteSet writes = db.write(new LogPosition(1, 1))) {
      for (long repository : new long[] {1, 255, 256, Long.MAX_VALUE}) {
        writes.put(
            Tables.TAGS,
            new TagKey(repository, TagName.parse("v" + repository)),
            TagRecord.getDefaultInstance());
      }
      writes.commit();
    }
    try (ReadView view = db.read()) {
      for (long repository : new long[] {1, 255, 256, Long.MAX_VALUE}) {
        assertThat(view.scan(Tables.TAGS, TagKey.in(repository, ""), 9)).hasSize(1);
      }
    }
  }

  @Test
  void aViewDoesNotSeeLaterWrites() {
    commit(1, "a=1");
    try (ReadView view = db.read()) {
      commit(2, "a=2", "b=2");
      assertThat(tags(view)).containsExactly("a=1");
      assertThat(view.get(Tables.TAGS, key("b"))).isEmpty();
    }
    assertThat(tags(db)).containsExactly("a=2", "b=2");
  }

  @Test
  void refusesEntriesThatDoNotComeNext() {
    commit(5, "a=1");
    assertThatThrownBy(() -> db.write(new LogPosition(1, 5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1:5 does not come after it");
    assertThatThrownBy(() -> db.recordPosition(new LogPosition(1, 4)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void recordsThePositionOfAnEntryWithoutCommands() {
    db.recordPosition(new LogPosition(1, 0));
    db.recordPosition(new LogPosition(3, 9));
    db.recordPosition(new LogPosition(3, 9));
    db.close();
    open();
    assertThat(db.position()).isEqualTo(new LogPosition(3, 9));
    assertThat(db.revision()).isZero();
  }

  @Test
  void aCheckpointIsTheStateAtItsMoment() {
    commit(1, "a=1");
    db.checkpoint(directory.resolve("checkpoint"));
    List<String> before = StoreDump.of(db);
    commit(2, "a=2");
    try (MetadataDb copy = MetadataDb.open(directory.resolve("checkpoint"))) {
      assertThat(copy.position()).isEqualTo(new LogPosition(1, 1));
      assertThat(StoreDump.of(copy)).isEqualTo(before);
    }
  }

  @Test
  void refusesACheckpointInADirectoryThatExists() {
    assertThatThrownBy(() -> db.checkpoint(directory))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void refusesToCloseUnderAView() {
    ReadView view = db.read();
    assertThatThrownBy(db::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 open view");
    view.close();
    view.close();
    db.close();
    db.close();
    assertThatThrownBy(db::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void refusesAViewThatIsClosed() {
    ReadView view = db.read();
    view.close();
    assertThatThrownBy(() -> view.get(Tables.TAGS, key("a")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesAStoreThatIsOpenAlready() {
    assertThatThrownBy(() -> MetadataDb.open(directory.resolve("store")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("store");
  }

  @Test
  void refusesAFileInPlaceOfADirectory() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> MetadataDb.open(file)).isInstanceOf(StoreException.class);
  }

  @Test
  void holdsManyRowsInOrder() {
    try (WriteSet writes = db.write(new LogPosition(1, 1))) {
      IntStream.range(0, 5_000)
          .forEach(
              i -> writes.put(Tables.NODES, "%05d".formatted(i), NodeRecord.getDefaultInstance()));
      writes.commit();
    }
    try (ReadView view = db.read()) {
      assertThat(view.scan(Tables.NODES, Tables.NODES.all(), 10_000).stream().map(Row::key))
          .hasSize(5_000)
          .isSorted();
    }
  }

  private void commit(long index, String... tags) {
    try (WriteSet writes = db.write(new LogPosition(1, index))) {
      for (String tag : tags) {
        putTag(writes, tag.split("=")[0], tag.split("=")[1]);
      }
      writes.commit();
    }
  }

  private static void putTag(WriteSet writes, String tag, String digest) {
    writes.put(Tables.TAGS, key(tag), TagRecord.newBuilder().setDigest(digest).build());
  }

  private static TagKey key(String tag) {
    return new TagKey(1, TagName.parse(tag));
  }

  private static List<String> tags(MetadataDb db) {
    try (ReadView view = db.read()) {
      return tags(view);
    }
  }

  private static List<String> tags(Rows rows) {
    return rows.scan(Tables.TAGS, TagKey.in(1, ""), 100).stream()
        .map(MetadataDbTest::show)
        .toList();
  }

  private static String show(Row<TagKey, TagRecord> row) {
    return row.key().tag() + "=" + row.value().getDigest();
  }
}

package dev.meridian.controlplane.store;

import dev.meridian.controlplane.store.Tables.Meta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * The state of a store at one moment: one RocksDB snapshot. For one thread at a time; to be closed,
 * since an open view keeps old rows on disk and the store open.
 */
public final class ReadView implements Rows, AutoCloseable {

  /** Sees the encoded rows of a range; false ends it. */
  @FunctionalInterface
  interface RawVisitor {
    boolean visit(byte[] key, byte[] value);
  }

  private final MetadataDb db;
  private final RocksDB rocks;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private boolean closed;

  ReadView(MetadataDb db, RocksDB rocks) {
    this.db = db;
    this.rocks = rocks;
    this.snapshot = rocks.getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /** How many commands had been applied. */
  public long revision() {
    return number(Meta.REVISION);
  }

  /** A number of {@link Tables#META}, 0 when it was never written. */
  public long number(Meta name) {
    return get(Tables.META, name).orElse(0L);
  }

  @Override
  public <K, V> Optional<V> get(Table<K, V> table, K key) {
    return getRaw(table, table.keys().encode(key)).map(table.values()::decode);
  }

  @Override
  public <K, V> void visit(Table<K, V> table, KeyRange<K> range, Predicate<Row<K, V>> more) {
    visitRaw(table, range, (key, value) -> more.test(table.row(key, value)));
  }

  /** The last rows of a range, the last one first, at most {@code limit}. */
  public <K, V> List<Row<K, V>> scanBack(Table<K, V> table, KeyRange<K> range, int limit) {
    checkOpen();
    List<Row<K, V>> found = new ArrayList<>();
    try (Slice from = new Slice(range.from());
        Slice end = new Slice(range.to());
        ReadOptions bounded = new ReadOptions().setSnapshot(snapshot).setIterateLowerBound(from)) {
      if (range.isBounded()) {
        bounded.setIterateUpperBound(end);
      }
      try (RocksIterator rows = rocks.newIterator(db.family(table), bounded)) {
        rows.seekToLast();
        while (rows.isValid() && found.size() < limit) {
          found.add(table.row(rows.key(), rows.value()));
          rows.prev();
        }
        rows.status();
      }
    } catch (RocksDBException e) {
      throw db.failure("read rows of " + table, e);
    }
    return found;
  }

  Optional<byte[]> getRaw(Table<?, ?> table, byte[] key) {
    checkOpen();
    try {
      return Optional.ofNullable(rocks.get(db.family(table), options, key));
    } catch (RocksDBException e) {
      throw db.failure("read a row of " + table, e);
    }
  }

  void visitRaw(Table<?, ?> table, KeyRange<?> range, RawVisitor visitor) {
    checkOpen();
    try (Slice end = new Slice(range.to());
        ReadOptions bounded = new ReadOptions().setSnapshot(snapshot)) {
      if (range.isBounded()) {
        bounded.setIterateUpperBound(end);
      }
      try (RocksIterator rows = rocks.newIterator(db.family(table), bounded)) {
        rows.seek(range.from());
        while (rows.isValid() && visitor.visit(rows.key(), rows.value())) {
          rows.next();
        }
        rows.status();
      }
    } catch (RocksDBException e) {
      throw db.failure("read rows of " + table, e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      options.close();
      rocks.releaseSnapshot(snapshot);
      snapshot.close();
      db.viewClosed();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the view is closed");
    }
  }
}

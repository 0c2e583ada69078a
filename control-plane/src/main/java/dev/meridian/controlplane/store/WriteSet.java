package dev.meridian.controlplane.store;

import dev.meridian.controlplane.store.Tables.Meta;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The writes of one log entry, in memory until {@link #commit} writes them with the entry's
 * position and the revision in one batch. Reads see the store as it was, with these writes over it.
 * For one thread.
 */
public final class WriteSet implements Rows, AutoCloseable {

  private final MetadataDb db;
  private final LogPosition position;

  /** Encoded rows by table; an empty value is a deletion. */
  private final Map<Table<?, ?>, NavigableMap<byte[], Optional<byte[]>>> written = new HashMap<>();

  /** What the store holds, as far as it was asked for: commands of one entry ask for the same. */
  private final RememberedRows base;

  /** How to take back what was written since the mark, the last first. */
  private final Deque<Runnable> sinceMark = new ArrayDeque<>();

  WriteSet(MetadataDb db, LogPosition position, ReadView base) {
    this.db = db;
    this.position = position;
    this.base = new RememberedRows(base);
  }

  /** Writes a row, over the one that was there. */
  public <K, V> void put(Table<K, V> table, K key, V value) {
    write(rows(table), table.keys().encode(key), Optional.of(table.values().encode(value)));
  }

  /** Removes a row; nothing happens when there is none. */
  public <K, V> void delete(Table<K, V> table, K key) {
    write(rows(table), table.keys().encode(key), Optional.empty());
  }

  /** From here on writes can be taken back. */
  public void mark() {
    sinceMark.clear();
  }

  /** Whether something was written since the mark. */
  public boolean isChangedSinceMark() {
    return !sinceMark.isEmpty();
  }

  /** Takes back all that was written since the mark. */
  public void rollBack() {
    while (!sinceMark.isEmpty()) {
      sinceMark.pop().run();
    }
  }

  /** A number of {@link Tables#META}, 0 when it was never written. */
  public long number(Meta name) {
    return get(Tables.META, name).orElse(0L);
  }

  /** Adds one to a number of {@link Tables#META} and gives the result. */
  public long increment(Meta name) {
    long next = number(name) + 1;
    put(Tables.META, name, next);
    return next;
  }

  @Override
  public <K, V> Optional<V> get(Table<K, V> table, K key) {
    byte[] encoded = table.keys().encode(key);
    Optional<byte[]> own = rows(table).get(encoded);
    return (own != null ? own : base.get(table, encoded)).map(table.values()::decode);
  }

  @Override
  public <K, V> void visit(Table<K, V> table, KeyRange<K> range, Predicate<Row<K, V>> more) {
    OverlaidVisit visit =
        new OverlaidVisit(
            within(rows(table), range), (key, value) -> more.test(table.row(key, value)));
    base.visit(table, range, visit::baseRow);
    visit.finish();
  }

  /**
   * Writes all of it, or nothing.
   *
   * @throws StoreException when RocksDB cannot
   */
  public void commit() {
    put(Tables.META, Meta.APPLIED_TERM, position.term());
    put(Tables.META, Meta.APPLIED_INDEX, position.index());
    try (WriteBatch batch = new WriteBatch()) {
      for (var table : written.entrySet()) {
        for (var row : table.getValue().entrySet()) {
          add(batch, table.getKey(), row.getKey(), row.getValue());
        }
      }
      db.write(batch, position, number(Meta.REVISION));
    } catch (RocksDBException e) {
      throw db.failure("write the entry " + position, e);
    }
  }

  /** Forgets what was not committed. */
  @Override
  public void close() {
    base.close();
  }

  private void add(WriteBatch batch, Table<?, ?> table, byte[] key, Optional<byte[]> value)
      throws RocksDBException {
    if (value.isPresent()) {
      batch.put(db.family(table), key, value.get());
    } else {
      batch.delete(db.family(table), key);
    }
  }

  private void write(
      NavigableMap<byte[], Optional<byte[]>> rows, byte[] key, Optional<byte[]> value) {
    Optional<byte[]> before = rows.put(key, value);
    sinceMark.push(before == null ? () -> rows.remove(key) : () -> rows.put(key, before));
  }

  private NavigableMap<byte[], Optional<byte[]>> rows(Table<?, ?> table) {
    return written.computeIfAbsent(table, any -> new TreeMap<>(Arrays::compareUnsigned));
  }

  private static NavigableMap<byte[], Optional<byte[]>> within(
      NavigableMap<byte[], Optional<byte[]>> rows, KeyRange<?> range) {
    return range.isBounded()
        ? rows.subMap(range.from(), true, range.to(), false)
        : rows.tailMap(range.from(), true);
  }
}

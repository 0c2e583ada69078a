package dev.meridian.controlplane.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One state of all tables. Every failure to read is a {@link StoreException}. */
public interface Rows {

  /** The value of a key. */
  <K, V> Optional<V> get(Table<K, V> table, K key);

  /**
   * Shows the rows of a range in the order of their keys for as long as {@code more} wants more.
   * The rows must not be written to meanwhile.
   */
  <K, V> void visit(Table<K, V> table, KeyRange<K> range, Predicate<Row<K, V>> more);

  /** Whether the key has a row. */
  default <K, V> boolean contains(Table<K, V> table, K key) {
    return get(table, key).isPresent();
  }

  /** The first rows of a range, at most {@code limit}. */
  default <K, V> List<Row<K, V>> scan(Table<K, V> table, KeyRange<K> range, int limit) {
    List<Row<K, V>> rows = new ArrayList<>();
    if (limit > 0) {
      visit(
          table,
          range,
          row -> {
            rows.add(row);
            return rows.size() < limit;
          });
    }
    return rows;
  }

  /** Whether the range has a row. */
  default <K, V> boolean hasAny(Table<K, V> table, KeyRange<K> range) {
    return !scan(table, range, 1).isEmpty();
  }
}

package dev.meridian.controlplane.query;

import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Fills a page until it has enough items or bytes; one item fits always. */
final class PageCollector<R> {

  private final int limit;
  private final long maxBytes;
  private final ToLongFunction<R> size;
  private final List<R> rows = new ArrayList<>();
  private long bytes;
  private boolean more;

  PageCollector(int limit, long maxBytes, ToLongFunction<R> size) {
    this.limit = Math.min(limit, Queries.MAX_PAGE);
    this.maxBytes = maxBytes;
    this.size = size;
  }

  /** A page of rows of a range. */
  static <K, V, T> Page<T> page(
      Rows view, Table<K, V> table, KeyRange<K> range, int limit, Function<Row<K, V>, T> item) {
    return page(view, table, range, limit, row -> true, item);
  }

  /** A page of those rows of a range that are wanted. */
  static <K, V, T> Page<T> page(
      Rows view,
      Table<K, V> table,
      KeyRange<K> range,
      int limit,
      Predicate<Row<K, V>> wanted,
      Function<Row<K, V>, T> item) {
    PageCollector<Row<K, V>> rows = new PageCollector<>(limit, Long.MAX_VALUE, row -> 0);
    view.visit(table, range, row -> !wanted.test(row) || rows.add(row));
    return rows.page(item);
  }

  /** Takes a row, unless the page is full: then false. */
  boolean add(R row) {
    long rowBytes = size.applyAsLong(row);
    if (rows.size() >= limit || !rows.isEmpty() && bytes + rowBytes > maxBytes) {
      more = true;
      return false;
    }
    rows.add(row);
    bytes += rowBytes;
    return true;
  }

  <T> Page<T> page(Function<R, T> item) {
    return new Page<>(rows.stream().map(item).toList(), more);
  }
}

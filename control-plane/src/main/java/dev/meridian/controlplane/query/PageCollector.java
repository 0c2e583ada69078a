package dev.meridian.controlplane.query;

import dev.meridian.controlplane.query.Queries.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

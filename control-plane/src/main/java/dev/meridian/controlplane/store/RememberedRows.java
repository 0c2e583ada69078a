package dev.meridian.controlplane.store;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The rows under the writes of an entry. What was read once is remembered, and which ranges hold
 * nothing: a command looks at a row several times, and those of one entry often at the same ones.
 * For one thread.
 */
final class RememberedRows implements AutoCloseable {

  /** Larger rows, which are manifests, are read again: an entry may touch many. */
  private static final int REMEMBERED_BYTES = 4 << 10;

  private record Key(Table<?, ?> table, ByteBuffer key) {}

  private record Range(Table<?, ?> table, ByteBuffer from, ByteBuffer to) {}

  private final ReadView view;
  private final Map<Key, Optional<byte[]>> read = new HashMap<>();
  private final Set<Range> empty = new HashSet<>();

  RememberedRows(ReadView view) {
    this.view = view;
  }

  Optional<byte[]> get(Table<?, ?> table, byte[] encoded) {
    Key key = new Key(table, ByteBuffer.wrap(encoded));
    Optional<byte[]> known = read.get(key);
    if (known != null) {
      return known;
    }
    Optional<byte[]> value = view.getRaw(table, encoded);
    if (value.isEmpty() || value.get().length <= REMEMBERED_BYTES) {
      read.put(key, value);
    }
    return value;
  }

  void visit(Table<?, ?> table, KeyRange<?> range, ReadView.RawVisitor visitor) {
    Range asked = new Range(table, ByteBuffer.wrap(range.from()), ByteBuffer.wrap(range.to()));
    if (empty.contains(asked)) {
      return;
    }
    AtomicBoolean any = new AtomicBoolean();
    view.visitRaw(
        table,
        range,
        (key, value) -> {
          any.setPlain(true);
          return visitor.visit(key, value);
        });
    if (!any.getPlain()) {
      empty.add(asked);
    }
  }

  @Override
  public void close() {
    view.close();
  }
}

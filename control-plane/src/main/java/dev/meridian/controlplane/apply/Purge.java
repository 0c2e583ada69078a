package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Table;
import dev.meridian.proto.store.PurgeCursor;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Clears ranges of tables one after the other, a bounded number of rows with each command.
 *
 * <p>How far it has come is written down: a search from the beginning would pass over all that was
 * cleared before, with each command more. So nothing may be added to the ranges meanwhile.
 */
final class Purge {

  /**
   * A range of a table.
   *
   * @param remove removes a row with what hangs on it, and says about how many rows these were
   */
  record Step<K, V>(Table<K, V> table, KeyRange<K> range, ToIntFunction<Row<K, V>> remove) {}

  private final CommandContext context;
  private PurgeCursor cursor;
  private long left;

  private Purge(CommandContext context, PurgeCursor cursor) {
    this.context = context;
    this.cursor = cursor;
    this.left = context.stepRows();
  }

  /** Goes on with the steps from a cursor; how far it came, or empty when all are cleared. */
  static Optional<PurgeCursor> advance(
      CommandContext context, List<Step<?, ?>> steps, PurgeCursor from) {
    Purge purge = new Purge(context, from);
    boolean reached = steps.stream().noneMatch(purge::standsIn);
    for (Step<?, ?> step : steps) {
      reached = reached || purge.standsIn(step);
      if (reached && !purge.finish(step)) {
        return Optional.of(purge.cursor);
      }
    }
    return Optional.empty();
  }

  private boolean standsIn(Step<?, ?> step) {
    return cursor.getTable().equals(step.table().name());
  }

  /** True when the step is done and there is room for more. */
  private <K, V> boolean finish(Step<K, V> step) {
    KeyRange<K> range =
        standsIn(step) ? step.range().after(cursor.getKey().toByteArray()) : step.range();
    for (Row<K, V> row : context.rows().scan(step.table(), range, Math.toIntExact(left))) {
      if (left <= 0) {
        return false;
      }
      left -= step.remove().applyAsInt(row);
      cursor =
          PurgeCursor.newBuilder()
              .setTable(step.table().name())
              .setKey(ByteString.copyFrom(step.table().keys().encode(row.key())))
              .build();
    }
    return left > 0;
  }
}

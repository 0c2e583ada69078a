package dev.meridian.controlplane.query;

import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.MissingRecord;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Of the rows of a region and a class in {@code missing}, shown in their order, the oldest that
 * each of some regions holds.
 */
final class OldestLacking implements Predicate<Row<MissingKey, MissingRecord>> {

  private final ReadView view;
  private final Set<RegionId> open;
  private final Map<RegionId, LackingSince> found = new TreeMap<>();
  private int left;

  /**
   * @param rows that are looked at; of a region that holds none of these, the next row is taken for
   *     the oldest: what it holds is not older
   */
  OldestLacking(ReadView view, Set<RegionId> holders, int rows) {
    this.view = view;
    this.open = new TreeSet<>(holders);
    this.left = rows;
  }

  @Override
  public boolean test(Row<MissingKey, MissingRecord> row) {
    LackingSince since = LackingSince.of(row);
    if (left == 0) {
      open.forEach(holder -> found.put(holder, since));
      return false;
    }
    left--;
    for (RegionId holder : holders(row)) {
      if (open.remove(holder)) {
        found.put(holder, since);
      }
    }
    return !open.isEmpty();
  }

  private Set<RegionId> holders(Row<MissingKey, MissingRecord> row) {
    return Copy.of(view.get(Tables.BLOBS, row.key().digest()).orElseThrow()).keySet();
  }

  /** Regions that hold nothing of it are not in this. */
  Map<RegionId, LackingSince> found() {
    return Map.copyOf(found);
  }
}

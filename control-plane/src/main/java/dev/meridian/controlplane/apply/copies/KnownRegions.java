package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.RegionRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The regions of one state.
 *
 * @param present those that have announced themselves and were not removed: the ones that policies
 *     mean by all
 * @param removed those whose placements are still to be forgotten
 */
public record KnownRegions(Set<RegionId> present, Set<RegionId> removed) {

  public KnownRegions {
    present = Set.copyOf(present);
    removed = Set.copyOf(removed);
  }

  /** Reads them; there are few. */
  public static KnownRegions of(Rows rows) {
    List<Row<RegionId, RegionRecord>> all =
        rows.scan(Tables.REGIONS, Tables.REGIONS.all(), Integer.MAX_VALUE);
    Set<RegionId> present = new TreeSet<>();
    Set<RegionId> removed = new TreeSet<>();
    for (Row<RegionId, RegionRecord> region : all) {
      if (region.value().getRemoved()) {
        removed.add(region.key());
      } else if (!region.value().getGrpcAddress().isEmpty()) {
        present.add(region.key());
      }
    }
    return new KnownRegions(present, removed);
  }
}

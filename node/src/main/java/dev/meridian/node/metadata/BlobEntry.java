package dev.meridian.node.metadata;

import dev.meridian.model.RegionId;
import java.util.Map;
import java.util.Set;

/**
 * A blob that a repository links.
 *
 * @param size in bytes
 * @param placements region to object key; empty while no region holds it
 * @param renewalDue the link is unreferenced and half of its life is over: renew it before it is
 *     relied on
 * @param only the regions that may store the bytes or pass them on; empty: all
 */
public record BlobEntry(
    long revision,
    long size,
    Map<RegionId, String> placements,
    boolean renewalDue,
    Set<RegionId> only) {

  public BlobEntry {
    placements = Map.copyOf(placements);
    only = Set.copyOf(only);
  }

  /** One that all regions may hold. */
  public BlobEntry(long revision, long size, Map<RegionId, String> placements, boolean renewalDue) {
    this(revision, size, placements, renewalDue, Set.of());
  }
}

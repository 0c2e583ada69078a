package dev.meridian.node.metadata;

import dev.meridian.model.RegionId;
import java.util.Map;

/**
 * A blob that a repository links.
 *
 * @param size in bytes
 * @param placements region to object key; empty while no region holds it
 * @param renewalDue the link is unreferenced and half of its life is over: renew it before it is
 *     relied on
 */
public record BlobEntry(
    long revision, long size, Map<RegionId, String> placements, boolean renewalDue) {

  public BlobEntry {
    placements = Map.copyOf(placements);
  }
}

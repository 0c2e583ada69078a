package dev.meridian.controlplane.apply.copies;

import dev.meridian.model.RegionId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where the blobs of a repository are to be, among the regions that there are.
 *
 * @param eager regions that should hold a copy as soon as they can
 * @param only residency: no other region stores or passes on the bytes; empty: no limit
 * @param minCopies in so many regions a manifest's blobs are stored before it is accepted
 */
public record Policy(SortedSet<RegionId> eager, SortedSet<RegionId> only, int minCopies) {

  public Policy {
    eager = Collections.unmodifiableSortedSet(new TreeSet<>(eager));
    only = Collections.unmodifiableSortedSet(new TreeSet<>(only));
  }

  /** Whether the region may store the bytes. */
  public boolean allows(RegionId region) {
    return only.isEmpty() || only.contains(region);
  }
}

package dev.meridian.node.replication;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.BlobEntry;
import java.util.Set;

/**
 * A linked blob of which this region has no copy.
 *
 * @param size in bytes
 * @param holders regions with a placement
 * @param revision of the metadata that says so
 */
public record ColdBlob(
    RepositoryName repository, Digest digest, long size, Set<RegionId> holders, long revision) {

  public ColdBlob {
    holders = Set.copyOf(holders);
  }

  /** The blob of an entry that has just been read. */
  public static ColdBlob of(RepositoryName repository, Digest digest, BlobEntry entry) {
    return new ColdBlob(
        repository, digest, entry.size(), entry.placements().keySet(), entry.revision());
  }

  @Override
  public String toString() {
    return "blob " + digest + " of " + repository;
  }
}

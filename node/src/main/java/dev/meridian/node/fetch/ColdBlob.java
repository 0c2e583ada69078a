package dev.meridian.node.fetch;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import java.util.Set;

/**
 * A blob of which this region has no copy, or one that its storage does not give.
 *
 * @param size in bytes
 * @param holders regions with a placement; when this one is among them, its copy is not to be asked
 *     for again
 * @param revision of the metadata that says so
 */
public record ColdBlob(Digest digest, long size, Set<RegionId> holders, long revision) {

  public ColdBlob {
    holders = Set.copyOf(holders);
  }

  /** The blob of an entry that has just been read. */
  public static ColdBlob of(Digest digest, BlobEntry entry) {
    return new ColdBlob(digest, entry.size(), entry.placements().keySet(), entry.revision());
  }

  /** The blob as it was found, whichever repositories link it. */
  public static ColdBlob of(Digest digest, BlobCopies copies) {
    return new ColdBlob(digest, copies.size(), copies.placements().keySet(), copies.revision());
  }

  @Override
  public String toString() {
    return "blob " + digest;
  }
}

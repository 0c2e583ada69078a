package dev.meridian.node.metadata;

import com.google.protobuf.ByteString;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the metadata plane knows of the copies of blobs, whichever repositories link them. */
public interface CopyQueries {

  /**
   * A blob with the objects that hold it.
   *
   * @param size in bytes
   * @param placements region to object key; empty while no region holds it
   * @param verifiedMillis region to the cluster time at which its copy was last compared
   */
  record BlobCopies(
      long revision,
      long size,
      Map<RegionId, String> placements,
      Map<RegionId, Long> verifiedMillis) {
    public BlobCopies {
      placements = Map.copyOf(placements);
      verifiedMillis = Map.copyOf(verifiedMillis);
    }
  }

  /**
   * A blob that a region should hold and does not.
   *
   * @param size in bytes
   * @param backfill it was there before the region or the policy that wants it
   * @param holders regions that hold it
   */
  record MissingBlob(Digest digest, long size, boolean backfill, List<RegionId> holders) {
    public MissingBlob {
      holders = List.copyOf(holders);
    }
  }

  /** Where a list of missing blobs begins. */
  sealed interface MissingFrom {
    /** With the most urgent. */
    record First() implements MissingFrom {}

    /** Where a page before ended; only the plane knows what the key means. */
    record After(ByteString key) implements MissingFrom {}

    /** With the newest push, and back from it; the page is the only one. */
    record Newest() implements MissingFrom {}
  }

  /**
   * A page of missing blobs.
   *
   * @param next where the list goes on; empty when this is the last page
   * @param paused an operator wants nothing to be copied now
   */
  record MissingPage(List<MissingBlob> blobs, Optional<MissingFrom.After> next, boolean paused) {
    public MissingPage {
      blobs = List.copyOf(blobs);
    }
  }

  /**
   * A copy in a region's storage.
   *
   * @param size in bytes
   * @param verifiedMillis cluster time at which its bytes were last compared with the digest
   */
  record StoredCopy(String objectKey, Digest digest, long size, long verifiedMillis) {}

  /**
   * Which regions hold the blobs of a repository.
   *
   * @param eager regions that should hold a copy as soon as they can
   * @param only the regions that may store the bytes or pass them on; empty: all
   * @param minCopies a manifest is accepted when each of its blobs is stored in so many regions
   */
  record PlacementPolicy(long revision, Set<RegionId> eager, Set<RegionId> only, int minCopies) {
    public PlacementPolicy {
      eager = Set.copyOf(eager);
      only = Set.copyOf(only);
    }
  }

  /** The placement policy that holds for a repository, which need not exist. */
  PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness);

  /** A blob that some repository links. */
  BlobCopies getPlacements(Digest digest, Freshness freshness);

  /**
   * Blobs that a region should hold and does not: those of pushes first, in the order of the
   * pushes, unless they are to begin with the newest.
   */
  MissingPage listMissing(RegionId region, MissingFrom from, int limit);

  /** The copies of a region in order of their object keys, those after {@code last}. */
  Page<StoredCopy> listCopies(RegionId region, Optional<String> last, int limit);
}

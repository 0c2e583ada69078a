package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.store.ClusterRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What may be asked of one state. Lists are in byte order; an empty {@code last} begins them. */
public final class Queries {

  /**
   * A manifest of a repository.
   *
   * @param size in bytes
   * @param content only when it was asked for
   */
  public record ManifestFound(
      Digest digest, String mediaType, long size, Optional<ByteString> content) {}

  /**
   * A blob that a repository links.
   *
   * @param size in bytes
   * @param placements object keys by region
   * @param renewalDue no manifest references it and half of its life is over
   */
  public record BlobFound(long size, Map<RegionId, String> placements, boolean renewalDue) {
    public BlobFound {
      placements = Map.copyOf(placements);
    }
  }

  /** A page of an ordered list; {@code more} says that others follow its last item. */
  public record Page<T>(List<T> items, boolean more) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /** A node that has joined; the address is host:port of its internal listener. */
  public record NodeFound(String nodeId, RegionId region, String internalAddress) {}

  public Queries(ReadView view) {}

  /** Missing: REPOSITORY_UNKNOWN, TAG_UNKNOWN or MANIFEST_UNKNOWN. */
  public Lookup<ManifestFound> manifest(
      RepositoryName repository, Reference reference, boolean withContent) {
    throw new UnsupportedOperationException();
  }

  /** Missing: REPOSITORY_UNKNOWN. */
  public Lookup<Page<TagName>> tags(RepositoryName repository, String last, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Repositories that hold a manifest; one that only saw uploads is not listed. */
  public Page<RepositoryName> repositories(String last, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Manifests with this subject, by digest; an empty artifact type means all. */
  public Page<Descriptor> referrers(
      RepositoryName repository, Digest subject, String artifactType, String last, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Missing: REPOSITORY_UNKNOWN or BLOB_UNKNOWN. */
  public Lookup<BlobFound> blob(RepositoryName repository, Digest digest) {
    throw new UnsupportedOperationException();
  }

  /** Keys of a region's doomed objects whose grace, in cluster time, is over. */
  public Page<String> doomed(RegionId region, Duration grace, String last, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Those of the keys that neither a placement nor a doomed row of the region names. */
  public List<String> orphans(RegionId region, List<String> objectKeys) {
    throw new UnsupportedOperationException();
  }

  /** All nodes that have joined, by id. */
  public List<NodeFound> nodes() {
    throw new UnsupportedOperationException();
  }

  /** Empty until the cluster was bootstrapped. */
  public Optional<ClusterRecord> cluster() {
    throw new UnsupportedOperationException();
  }

  /** Cluster time in milliseconds. */
  public long clusterTimeMillis() {
    throw new UnsupportedOperationException();
  }

  /** Links whose life is over, the oldest first: what a Collect command takes. */
  public List<ExpiredLink> expiredLinks(int limit) {
    throw new UnsupportedOperationException();
  }
}

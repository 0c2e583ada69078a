package dev.meridian.node.metadata;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The metadata plane, asked through the region's metadata server or, when that is not there,
 * another one.
 *
 * <p>Every method blocks and may be called by any thread but an event loop's. Each throws {@link
 * MetadataRejectedException} when the plane decided against it and {@link
 * MetadataUnavailableException} when no decision was had within the deadline. Reads never go back
 * behind a revision that this client has already seen.
 */
public interface MetadataClient extends CopyQueries, AutoCloseable {

  /**
   * Runs one command; when this returns it is applied in a majority of regions and in the one
   * asked. It is applied at most once: an unknown outcome is retried under the same command id
   * until the deadline.
   */
  Executed execute(Caller caller, MetadataCommand command);

  /** A manifest; its bytes only when they are asked for. */
  ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent);

  /** A blob that the repository links, with the objects that hold it. */
  BlobEntry getBlob(RepositoryName repository, Digest digest, Freshness freshness);

  /** Tags in byte order, those after {@code last}. */
  Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness);

  /**
   * Repositories in byte order, those after {@code last}.
   *
   * @param reader only what they may pull; empty: all
   */
  Page<RepositoryName> listRepositories(
      Optional<Reader> reader, Optional<String> last, int limit, Freshness freshness);

  /**
   * Repositories whose name begins with a term, then others that hold it, each in byte order. The
   * plane looks at a bounded number of names: more says also that these were not all.
   *
   * @param reader only what they may pull; empty: all
   */
  Page<RepositoryName> searchRepositories(
      Optional<Reader> reader, String term, int limit, Freshness freshness);

  /**
   * Manifests whose subject is this digest, in the order of their digests, those after {@code
   * last}.
   */
  Page<dev.meridian.model.Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness);

  /**
   * Doomed objects of a region whose grace is over, in order of their keys, those after {@code
   * last}.
   */
  Page<String> listDoomed(RegionId region, Duration grace, Optional<String> last, int limit);

  /** Those of these keys of a region that the plane does not know. */
  List<String> findOrphans(RegionId region, List<String> objectKeys);

  /**
   * Who looks at a list of repositories.
   *
   * @param region whose node took the request
   */
  record Reader(Principal principal, RegionId region) {}

  /** Returns when a quorum has answered. */
  void checkQuorum(Duration deadline);

  /** What the plane last said of the cluster. */
  Membership membership();

  /**
   * Cluster time now, in milliseconds: what the plane last said, carried on with the local
   * monotonic clock.
   */
  default long clusterTimeMillis() {
    return membership().clusterTimeMillis();
  }

  @Override
  void close();
}

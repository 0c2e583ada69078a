package dev.meridian.node.registry;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.Page;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Metadata as one request sees it: reads wait for the revision that the request asks for, and the
 * highest revision that it was answered from is noted. Outside of a request it changes nothing.
 */
public final class RevisionTracking implements MetadataClient {

  /** The revisions of the request that this thread works for. */
  public static final ScopedValue<Seen> SEEN = ScopedValue.newInstance();

  private final MetadataClient metadata;

  public RevisionTracking(MetadataClient metadata) {
    this.metadata = metadata;
  }

  /** What a request asks for, and what it has seen. Used by the request's thread only. */
  public static final class Seen {
    private final long minRevision;
    private long highest;

    /** Reads are to have seen at least this revision; 0 asks nothing. */
    public Seen(long minRevision) {
      this.minRevision = minRevision;
    }

    /** The highest revision among the answers; 0 while no metadata was read. */
    public long highest() {
      return highest;
    }
  }

  @Override
  public Executed execute(Principal principal, MetadataCommand command) {
    return note(metadata.execute(principal, command), Executed::revision);
  }

  @Override
  public ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent) {
    return note(
        metadata.getManifest(repository, reference, asked(freshness), withContent),
        ManifestEntry::revision);
  }

  @Override
  public BlobEntry getBlob(RepositoryName repository, Digest digest, Freshness freshness) {
    return note(metadata.getBlob(repository, digest, asked(freshness)), BlobEntry::revision);
  }

  @Override
  public Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness) {
    return note(metadata.listTags(repository, last, limit, asked(freshness)), Page::revision);
  }

  @Override
  public Page<RepositoryName> listRepositories(
      Optional<String> last, int limit, Freshness freshness) {
    return note(metadata.listRepositories(last, limit, asked(freshness)), Page::revision);
  }

  @Override
  public Page<Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness) {
    return note(
        metadata.listReferrers(repository, subject, artifactType, last, limit, asked(freshness)),
        Page::revision);
  }

  @Override
  public Page<String> listDoomed(
      RegionId region, Duration grace, Optional<String> last, int limit) {
    return metadata.listDoomed(region, grace, last, limit);
  }

  @Override
  public List<String> findOrphans(RegionId region, List<String> objectKeys) {
    return metadata.findOrphans(region, objectKeys);
  }

  @Override
  public void checkQuorum(Duration deadline) {
    metadata.checkQuorum(deadline);
  }

  @Override
  public Membership membership() {
    return metadata.membership();
  }

  @Override
  public long clusterTimeMillis() {
    return metadata.clusterTimeMillis();
  }

  @Override
  public void close() {
    metadata.close();
  }

  private static Freshness asked(Freshness freshness) {
    return SEEN.isBound() ? freshness.atLeast(SEEN.get().minRevision) : freshness;
  }

  private static <T> T note(T answer, ToLongFunction<T> revision) {
    if (SEEN.isBound()) {
      Seen seen = SEEN.get();
      seen.highest = Math.max(seen.highest, revision.applyAsLong(answer));
    }
    return answer;
  }
}

package dev.meridian.node.registry;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.Revision;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.Page;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Metadata as one request sees it: reads wait for the revision that the request asks for, and the
 * highest revision that it was answered from is noted, be the answer a rejection. A command needs
 * not wait: it follows all that was acknowledged. Outside of a request nothing is changed.
 */
public final class RevisionTracking implements MetadataClient {

  /** The revisions of the request that this thread works for. */
  public static final ScopedValue<Seen> SEEN = ScopedValue.newInstance();

  /** All repositories are in one Raft group. */
  public static final int GROUP = 0;

  private final MetadataClient metadata;
  private final BiFunction<Caller, MetadataCommand, Executed> commands;

  /**
   * @param commands runs commands, as {@code metadata} does or with more about it
   */
  public RevisionTracking(
      MetadataClient metadata, BiFunction<Caller, MetadataCommand, Executed> commands) {
    this.metadata = metadata;
    this.commands = commands;
  }

  /** What a request asks for, and what it has seen. Used by the request's thread only. */
  public static final class Seen {
    private final long minRevision;
    private Revision newest;

    /** Reads are to have seen at least this revision; 0 asks nothing. */
    public Seen(long minRevision) {
      this.minRevision = minRevision;
    }

    /** The newest among the answers; empty while no metadata was read. */
    public Optional<Revision> newest() {
      return Optional.ofNullable(newest);
    }

    /** An answer was of this revision. */
    public void see(Revision revision) {
      if (newest == null || newest.number() < revision.number()) {
        newest = revision;
      }
    }
  }

  @Override
  public Executed execute(Caller caller, MetadataCommand command) {
    return noted(() -> commands.apply(caller, command), Executed::revision);
  }

  @Override
  public ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent) {
    return noted(
        () -> metadata.getManifest(repository, reference, asked(freshness), withContent),
        ManifestEntry::revision);
  }

  @Override
  public BlobEntry getBlob(RepositoryName repository, Digest digest, Freshness freshness) {
    return noted(() -> metadata.getBlob(repository, digest, asked(freshness)), BlobEntry::revision);
  }

  @Override
  public PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness) {
    return noted(() -> metadata.getPolicy(repository, asked(freshness)), PlacementPolicy::revision);
  }

  @Override
  public Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness) {
    return noted(
        () -> metadata.listTags(repository, last, limit, asked(freshness)), Page::revision);
  }

  @Override
  public Page<RepositoryName> listRepositories(
      Optional<Reader> reader, Optional<String> last, int limit, Freshness freshness) {
    return noted(
        () -> metadata.listRepositories(reader, last, limit, asked(freshness)), Page::revision);
  }

  @Override
  public Page<RepositoryName> searchRepositories(
      Optional<Reader> reader, String term, int limit, Freshness freshness) {
    return noted(
        () -> metadata.searchRepositories(reader, term, limit, asked(freshness)), Page::revision);
  }

  @Override
  public Page<Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness) {
    return noted(
        () ->
            metadata.listReferrers(
                repository, subject, artifactType, last, limit, asked(freshness)),
        Page::revision);
  }

  @Override
  public BlobCopies getPlacements(Digest digest, Freshness freshness) {
    return noted(() -> metadata.getPlacements(digest, asked(freshness)), BlobCopies::revision);
  }

  @Override
  public MissingPage listMissing(RegionId region, MissingFrom from, int limit) {
    return metadata.listMissing(region, from, limit);
  }

  @Override
  public Page<StoredCopy> listCopies(RegionId region, Optional<String> last, int limit) {
    return metadata.listCopies(region, last, limit);
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

  private <T> T noted(Supplier<T> call, ToLongFunction<T> revision) {
    try {
      T answer = call.get();
      note(revision.applyAsLong(answer));
      return answer;
    } catch (MetadataRejectedException e) {
      note(e.revision());
      throw e;
    }
  }

  private void note(long revision) {
    if (SEEN.isBound() && revision > 0) {
      SEEN.get().see(new Revision(metadata.membership().clusterId(), GROUP, revision));
    }
  }
}

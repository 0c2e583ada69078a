package dev.meridian.controlplane.query;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.Repository;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Policies;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Table;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ClusterRecord;
import dev.meridian.proto.store.DoomedRecord;
import dev.meridian.proto.store.ManifestBytesRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.ReferrerRecord;
import dev.meridian.proto.store.RegionRecord;
import dev.meridian.proto.store.TagRecord;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What may be asked of one state. Lists are in byte order and begin after {@code last}, which need
 * not exist; an empty one begins at the first. No page has more than {@link #MAX_PAGE} items.
 */
public final class Queries {

  /** The largest page. */
  public static final int MAX_PAGE = 10_000;

  /** A page of referrers ends here, since it travels in one message and is read as one manifest. */
  static final long MAX_REFERRERS_BYTES = 2 << 20;

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
   * @param renewalDue no manifest references it and half of its life is over
   * @param only the regions that may store the bytes or pass them on; empty: all
   */
  public record BlobFound(
      long size, Map<RegionId, Copy> placements, boolean renewalDue, SortedSet<RegionId> only) {
    public BlobFound {
      placements = Collections.unmodifiableMap(placements);
    }
  }

  /** A page of an ordered list; {@code more} says that others follow its last item. */
  public record Page<T>(List<T> items, boolean more) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /**
   * A node that has joined.
   *
   * @param internalAddress host:port of its internal listener
   * @param server region of the metadata server that holds its session
   * @param publicUrl where clients reach the nodes of its region, or empty
   */
  public record NodeFound(
      String nodeId,
      RegionId region,
      String internalAddress,
      RegionId server,
      boolean drained,
      String publicUrl) {}

  private final ReadView view;

  public Queries(ReadView view) {
    this.view = view;
  }

  /** What only operators ask. */
  public OperatorQueries forOperators() {
    return new OperatorQueries(view);
  }

  /** Who may do what. */
  public AccessQueries forAccess() {
    return new AccessQueries(view);
  }

  /** What operators ask of policies and copies. */
  public ReplicationQueries forReplication() {
    return new ReplicationQueries(view);
  }

  /** Where copies are, and should be. */
  public CopyQueries forCopies() {
    return new CopyQueries(view);
  }

  /** Missing: REPOSITORY_UNKNOWN, TAG_UNKNOWN or MANIFEST_UNKNOWN. */
  public Lookup<ManifestFound> manifest(
      RepositoryName name, Reference reference, boolean withContent) {
    return inRepository(
        name,
        repository ->
            switch (reference) {
              case Reference.ByDigest(Digest digest) -> manifest(repository, digest, withContent);
              case Reference.ByTag(TagName tag) -> manifest(repository, tag, withContent);
            });
  }

  /** Missing: REPOSITORY_UNKNOWN. */
  public Lookup<Page<TagName>> tags(RepositoryName name, String last, int limit) {
    return inRepository(
        name,
        repository ->
            new Lookup.Found<>(
                PageCollector.page(
                    view,
                    Tables.TAGS,
                    TagKey.in(repository.id(), last),
                    limit,
                    row -> row.key().tag())));
  }

  /** Repositories that hold a manifest; one that only saw uploads is not listed. */
  public Page<RepositoryName> repositories(String last, int limit) {
    return PageCollector.page(
        view, Tables.CATALOG, Tables.repositoriesAfter(last), limit, Row::key);
  }

  /**
   * Manifests with this subject, by digest; an empty artifact type means all, an unknown repository
   * has none. A page may be shorter than asked for when its annotations are large.
   *
   * @throws IllegalArgumentException when {@code last} is neither empty nor a digest
   */
  public Page<Descriptor> referrers(
      RepositoryName name, Digest subject, String artifactType, String last, int limit) {
    Optional<Repository> repository = Repository.find(view, name);
    if (repository.isEmpty()) {
      return new Page<>(List.of(), false);
    }
    KeyRange<ReferrerKey> range =
        last.isEmpty()
            ? ReferrerKey.of(repository.get().id(), subject)
            : ReferrerKey.after(repository.get().id(), subject, Digest.parse(last));
    PageCollector<Row<ReferrerKey, ReferrerRecord>> rows =
        new PageCollector<>(limit, MAX_REFERRERS_BYTES, row -> row.value().getSerializedSize());
    view.visit(
        Tables.REFERRERS,
        range,
        row ->
            !artifactType.isEmpty() && !artifactType.equals(row.value().getArtifactType())
                || rows.add(row));
    return rows.page(Queries::descriptor);
  }

  /** Missing: REPOSITORY_UNKNOWN or BLOB_UNKNOWN. */
  public Lookup<BlobFound> blob(RepositoryName name, Digest digest) {
    return inRepository(
        name,
        repository ->
            found(Tables.BLOB_LINKS, new ContentKey(repository.id(), digest))
                .flatMap(link -> found(Tables.BLOBS, digest).map(blob -> blob(name, link, blob)))
                .<Lookup<BlobFound>>map(Lookup.Found::new)
                .orElseGet(() -> new Lookup.Missing<>(Rejection.blobUnknown(name, digest))));
  }

  /** Keys of a region's doomed objects whose grace, in cluster time, is over. */
  public Page<String> doomed(RegionId region, Duration grace, String last, int limit) {
    long latest = clusterTimeMillis() - grace.toMillis();
    return PageCollector.page(
        view,
        Tables.DOOMED,
        ObjectKey.in(region, last),
        limit,
        (Row<ObjectKey, DoomedRecord> row) -> row.value().getSinceMs() <= latest,
        row -> row.key().key());
  }

  /** Those of the keys that neither a placement nor a doomed row of the region names. */
  public List<String> orphans(RegionId region, List<String> objectKeys) {
    return objectKeys.stream()
        .filter(key -> !view.contains(Tables.OBJECTS, new ObjectKey(region, key)))
        .filter(key -> !view.contains(Tables.DOOMED, new ObjectKey(region, key)))
        .toList();
  }

  /** All nodes that have joined, by id. */
  public List<NodeFound> nodes() {
    return view.scan(Tables.NODES, Tables.NODES.all(), Integer.MAX_VALUE).stream()
        .map(row ->
            new NodeFound(
                row.key(),
                RegionId.parse(row.value().getRegion()),
                row.value().getInternalAddress(),
                RegionId.parse(serverOf(row.value())),
                row.value().getDrained(),
                row.value().getPublicUrl()))
        .toList();
  }

  private static String serverOf(NodeRecord node) {
    return node.getServer().isEmpty() ? node.getRegion() : node.getServer();
  }

  /** Regions that clients are not to be sent to. */
  public List<RegionId> drainedRegions() {
    return regions(RegionRecord::getDrained);
  }

  /** Regions whose objects are still to be forgotten. */
  public List<RegionId> removedRegions() {
    return regions(RegionRecord::getRemoved);
  }

  private List<RegionId> regions(Predicate<RegionRecord> wanted) {
    return view.scan(Tables.REGIONS, Tables.REGIONS.all(), Integer.MAX_VALUE).stream()
        .filter(row -> wanted.test(row.value()))
        .map(Row::key)
        .toList();
  }

  /** Ids of deleted repositories whose rows are still to be cleared, the first ones. */
  public List<Long> deletedRepositories(int limit) {
    return view.scan(Tables.PURGES, Tables.PURGES.all(), limit).stream().map(Row::key).toList();
  }

  /** Empty until the cluster was bootstrapped. */
  public Optional<ClusterRecord> cluster() {
    return view.get(Tables.CLUSTER, Nothing.NOTHING);
  }

  /** Cluster time in milliseconds. */
  public long clusterTimeMillis() {
    return view.number(Meta.CLUSTER_TIME);
  }

  /** Links whose life is over, the oldest first: what a Collect command takes. */
  public List<ExpiredLink> expiredLinks(int limit) {
    return view
        .scan(Tables.EXPIRING, ExpiringKey.until(clusterTimeMillis()), Math.min(limit, MAX_PAGE))
        .stream()
        .map(Row::key)
        .map(key ->
            ExpiredLink.newBuilder()
                .setExpiresMs(key.expiresMillis())
                .setRepositoryId(key.repository())
                .setDigest(key.digest().toString())
                .build())
        .toList();
  }

  private <T> Lookup<T> inRepository(RepositoryName name, Function<Repository, Lookup<T>> query) {
    return Repository.find(view, name)
        .map(query)
        .orElseGet(() -> new Lookup.Missing<>(Rejection.repositoryUnknown(name)));
  }

  private Lookup<ManifestFound> manifest(Repository repository, TagName tag, boolean withContent) {
    return found(Tables.TAGS, new TagKey(repository.id(), tag))
        .map(TagRecord::getDigest)
        .map(digest -> manifest(repository, Digest.parse(digest), withContent))
        .orElseGet(() -> new Lookup.Missing<>(Rejection.tagUnknown(repository.name(), tag)));
  }

  private Lookup<ManifestFound> manifest(
      Repository repository, Digest digest, boolean withContent) {
    return found(Tables.MANIFESTS, new ContentKey(repository.id(), digest))
        .<Lookup<ManifestFound>>map(
            manifest -> new Lookup.Found<>(manifest(digest, manifest, withContent)))
        .orElseGet(
            () -> new Lookup.Missing<>(Rejection.manifestUnknown(repository.name(), digest)));
  }

  private ManifestFound manifest(Digest digest, ManifestRecord manifest, boolean withContent) {
    return new ManifestFound(
        digest,
        manifest.getMediaType(),
        manifest.getSize(),
        withContent
            ? found(Tables.MANIFEST_BYTES, digest).map(ManifestBytesRecord::getContent)
            : Optional.empty());
  }

  private BlobFound blob(RepositoryName name, BlobLinkRecord link, BlobRecord blob) {
    long life = link.getExpiresMs() - link.getSinceMs();
    boolean renewalDue =
        link.getExpiresMs() != 0 && 2 * (clusterTimeMillis() - link.getSinceMs()) >= life;
    return new BlobFound(link.getSize(), Copy.of(blob), renewalDue, new Policies(view).only(name));
  }

  private <K, V> Optional<V> found(Table<K, V> table, K key) {
    return view.get(table, key);
  }

  private static Descriptor descriptor(Row<ReferrerKey, ReferrerRecord> row) {
    return new Descriptor(
        row.value().getMediaType(),
        row.key().manifest(),
        row.value().getSize(),
        row.value().getArtifactType(),
        row.value().getAnnotationsMap());
  }
}

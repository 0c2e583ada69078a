package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.Repository;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.RegionRecord;
import dev.meridian.proto.store.RepositoryRecord;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagHistoryRecord.Action;
import dev.meridian.proto.store.TagRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What only operators ask of one state. Pages are those of {@link Queries}; times are Unix time.
 */
public final class OperatorQueries {

  /** A repository with what is counted in it. */
  public record RepositoryFound(
      RepositoryName name, long createdMillis, String createdBy, long tags, long manifests) {}

  /**
   * A tag.
   *
   * @param revision of the change that made it name the digest
   * @param by who made that change
   */
  public record TagFound(
      TagName tag, Digest digest, String mediaType, long revision, long timeMillis, String by) {}

  /**
   * A change of a tag.
   *
   * @param digest what it named after the change, or before it when the tag was deleted
   */
  public record TagChange(
      long revision, boolean deleted, Digest digest, long timeMillis, String by) {}

  /**
   * A region.
   *
   * @param grpcAddress host:port of its metadata server; empty when none has announced itself
   * @param nodes how many have joined
   * @param publicUrl where clients reach its nodes, or empty
   * @param paused whether an operator has paused replication into it
   */
  public record RegionFound(
      RegionId region,
      boolean drained,
      String grpcAddress,
      long nodes,
      String publicUrl,
      boolean paused) {}

  /**
   * Blobs among some objects of a region of which no other region has a copy.
   *
   * @param last the last object that was looked at; others follow it if there are more
   */
  public record OnlyCopies(List<Digest> blobs, String last, boolean more) {
    public OnlyCopies {
      blobs = List.copyOf(blobs);
    }
  }

  private final ReadView view;

  OperatorQueries(ReadView view) {
    this.view = view;
  }

  /** The readable ones of all repositories, also those without a manifest. */
  public Page<RepositoryFound> repositories(String last, int limit, ReadableRepositories wanted) {
    PageCollector<Row<RepositoryName, RepositoryRecord>> rows =
        new PageCollector<>(limit, Long.MAX_VALUE, row -> 0);
    wanted.visit(
        Tables.REPOSITORIES,
        Tables.repositoriesAfter(last),
        (row, readable) -> !readable || rows.add(row));
    return rows.page(row -> repository(row.key(), row.value()));
  }

  /** Missing: REPOSITORY_UNKNOWN. */
  public Lookup<RepositoryFound> repository(RepositoryName name) {
    return view.get(Tables.REPOSITORIES, name)
        .map(record -> repository(name, record))
        .<Lookup<RepositoryFound>>map(Lookup.Found::new)
        .orElseGet(() -> new Lookup.Missing<>(Rejection.repositoryUnknown(name)));
  }

  /** Missing: REPOSITORY_UNKNOWN. */
  public Lookup<Page<TagFound>> tags(RepositoryName name, String last, int limit) {
    return inRepository(
        name,
        id ->
            new Lookup.Found<>(
                PageCollector.page(
                    view,
                    Tables.TAGS,
                    TagKey.in(id, last),
                    limit,
                    row -> tag(row.key().tag(), row.value()))));
  }

  /** Missing: REPOSITORY_UNKNOWN or TAG_UNKNOWN. */
  public Lookup<TagFound> tag(RepositoryName name, TagName tag) {
    return inRepository(
        name,
        id ->
            view.get(Tables.TAGS, new TagKey(id, tag))
                .map(record -> tag(tag, record))
                .<Lookup<TagFound>>map(Lookup.Found::new)
                .orElseGet(() -> new Lookup.Missing<>(Rejection.tagUnknown(name, tag))));
  }

  /**
   * The changes of a tag, which may be deleted by now, before a revision (0: all), the newest
   * first. Missing: REPOSITORY_UNKNOWN, or TAG_UNKNOWN of one that never was.
   */
  public Lookup<Page<TagChange>> tagHistory(
      RepositoryName name, TagName tag, long before, int limit) {
    return inRepository(
        name,
        id -> {
          KeyRange<TagChangeKey> all = TagChangeKey.of(id, tag);
          return view.hasAny(Tables.TAG_HISTORY, all)
              ? new Lookup.Found<>(
                  PageCollector.page(
                      view,
                      Tables.TAG_HISTORY,
                      before == 0 ? all : TagChangeKey.before(id, tag, before),
                      limit,
                      row -> change(row.key().revision(), row.value())))
              : new Lookup.Missing<>(Rejection.tagUnknown(name, tag));
        });
  }

  /** Regions that have announced themselves or were drained, and those of nodes, by name. */
  public List<RegionFound> regions() {
    Map<RegionId, List<NodeRecord>> nodes =
        view.scan(Tables.NODES, Tables.NODES.all(), Integer.MAX_VALUE).stream()
            .map(Row::value)
            .collect(Collectors.groupingBy(node -> RegionId.parse(node.getRegion())));
    Map<RegionId, RegionRecord> known = new TreeMap<>();
    nodes.keySet().forEach(region -> known.put(region, RegionRecord.getDefaultInstance()));
    for (Row<RegionId, RegionRecord> row :
        view.scan(Tables.REGIONS, Tables.REGIONS.all(), Integer.MAX_VALUE)) {
      if (!row.value().getRemoved()) {
        known.put(row.key(), row.value());
      }
    }
    return known.entrySet().stream()
        .map(region ->
            region(
                region.getKey(), region.getValue(), nodes.getOrDefault(region.getKey(), List.of())))
        .toList();
  }

  /** Missing: REGION_UNKNOWN. */
  public Lookup<RegionFound> region(RegionId region) {
    return regions().stream()
        .filter(found -> found.region().equals(region))
        .findFirst()
        .<Lookup<RegionFound>>map(Lookup.Found::new)
        .orElseGet(() -> new Lookup.Missing<>(Rejection.regionUnknown(region)));
  }

  private static RegionFound region(RegionId region, RegionRecord row, List<NodeRecord> nodes) {
    return new RegionFound(
        region,
        row.getDrained(),
        row.getGrpcAddress(),
        nodes.size(),
        nodes.stream()
            .map(NodeRecord::getPublicUrl)
            .filter(url -> !url.isEmpty())
            .findFirst()
            .orElse(""),
        row.getReplicationPaused());
  }

  /** Looks at some objects of a region after one, which need not exist; empty: from the first. */
  public OnlyCopies onlyCopies(RegionId region, String last, int limit) {
    List<Row<ObjectKey, Digest>> objects =
        view.scan(Tables.OBJECTS, ObjectKey.in(region, last), Math.min(limit, Queries.MAX_PAGE));
    return new OnlyCopies(
        objects.stream().map(Row::value).filter(this::hasOneCopy).toList(),
        objects.isEmpty() ? last : objects.getLast().key().key(),
        objects.size() == Math.min(limit, Queries.MAX_PAGE));
  }

  private boolean hasOneCopy(Digest blob) {
    return view.get(Tables.BLOBS, blob).filter(row -> row.getPlacementsCount() == 1).isPresent();
  }

  private <T> Lookup<T> inRepository(RepositoryName name, Function<Long, Lookup<T>> query) {
    return Repository.find(view, name)
        .map(Repository::id)
        .map(query)
        .orElseGet(() -> new Lookup.Missing<>(Rejection.repositoryUnknown(name)));
  }

  private static RepositoryFound repository(RepositoryName name, RepositoryRecord record) {
    return new RepositoryFound(
        name,
        record.getCreatedMs(),
        record.getCreatedBy(),
        record.getTags(),
        record.getManifests());
  }

  private static TagFound tag(TagName tag, TagRecord record) {
    return new TagFound(
        tag,
        Digest.parse(record.getDigest()),
        record.getMediaType(),
        record.getRevision(),
        record.getTimeMs(),
        record.getBy());
  }

  private static TagChange change(long revision, TagHistoryRecord record) {
    return new TagChange(
        revision,
        record.getAction() == Action.DELETED,
        Digest.parse(record.getDigest()),
        record.getTimeMs(),
        record.getBy());
  }
}

package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.Repository;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Policies;
import dev.meridian.controlplane.query.CopyQueries.BlobCopies;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.PendingRecord;
import dev.meridian.proto.store.PolicyRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What operators ask of policies and of the copies that follow from them. */
public final class ReplicationQueries {

  /** Rows of a class that are looked through for the oldest: tens of milliseconds. */
  private static final int MOST_LACKING = 10_000;

  /** A policy as it was set; lists that are empty mean all regions, and no limit. */
  public record PolicyFound(
      String prefix, List<String> regions, boolean eager, List<String> only, int minCopies) {

    static PolicyFound of(String prefix, PolicyRecord policy) {
      return new PolicyFound(
          prefix,
          policy.getRegionsList(),
          policy.getEager(),
          policy.getOnlyList(),
          policy.getMinCopies());
    }
  }

  /**
   * What a region lacks.
   *
   * @param misplacedBlobs copies that it holds and no policy allows there
   * @param backfillBlobs of the blobs, those that are less urgent than what was pushed
   * @param since when the oldest is missing; empty when nothing is
   */
  public record PendingFound(
      RegionId region,
      long blobs,
      long bytes,
      long backfillBlobs,
      long backfillBytes,
      long misplacedBlobs,
      long misplacedBytes,
      Optional<LackingSince> since,
      boolean paused) {}

  /**
   * Since when a region lacks a blob.
   *
   * @param revision of the command that found it
   * @param clusterMillis cluster time of that, which moves in ticks of several seconds
   */
  public record LackingSince(long revision, long clusterMillis) {

    static LackingSince of(Row<MissingKey, MissingRecord> row) {
      return new LackingSince(row.key().revision(), row.value().getSinceMs());
    }

    /** The one of two that is older. */
    static LackingSince older(LackingSince one, LackingSince other) {
      return one.revision() <= other.revision() ? one : other;
    }
  }

  /** A blob and where it is. */
  public record BlobFound(Digest digest, BlobCopies blob) {}

  /**
   * The blobs of a manifest and of all manifests below it.
   *
   * @param wanted regions that should hold a copy by the repository's policy
   */
  public record ImageFound(Digest digest, List<BlobFound> blobs, SortedSet<RegionId> wanted) {
    public ImageFound {
      blobs = List.copyOf(blobs);
    }
  }

  /**
   * A blob that would be gone with a region.
   *
   * @param links how many repositories link it
   * @param image one that needs it, as {@code REPO@DIGEST}, if there is one
   */
  public record AtRisk(Digest digest, long size, long links, Optional<String> image) {}

  /**
   * Blobs that would be gone with a region, among some that were looked at.
   *
   * @param last the last blob that was looked at; others follow it if there are more
   */
  public record AtRiskPage(List<AtRisk> blobs, Optional<Digest> last, boolean more) {
    public AtRiskPage {
      blobs = List.copyOf(blobs);
    }
  }

  private final ReadView view;

  ReplicationQueries(ReadView view) {
    this.view = view;
  }

  /** By prefix; one for the empty prefix is always among them. */
  public List<PolicyFound> policies() {
    List<PolicyFound> set =
        view.scan(Tables.POLICIES, Tables.POLICIES.all(), Integer.MAX_VALUE).stream()
            .map(row -> PolicyFound.of(row.key(), row.value()))
            .toList();
    boolean hasDefault = !set.isEmpty() && set.getFirst().prefix().isEmpty();
    return hasDefault
        ? set
        : Stream.concat(Stream.of(PolicyFound.of("", Policies.UNSET)), set.stream()).toList();
  }

  /** How many blobs lack copies that policies want, each counted once. */
  public long lackingBlobs() {
    return view.number(Meta.BLOBS_LACKING);
  }

  /** What each region lacks, by name. */
  public List<PendingFound> pending() {
    return new OperatorQueries(view)
        .regions().stream().map(region -> pending(region.region(), region.paused())).toList();
  }

  private PendingFound pending(RegionId region, boolean paused) {
    PendingRecord sum =
        view.get(Tables.PENDING, region).orElseGet(PendingRecord::getDefaultInstance);
    // In each class the rows are in the order in which they were found missing.
    Optional<LackingSince> since =
        Stream.of(false, true)
            .flatMap(
                backfill -> view.scan(Tables.MISSING, MissingKey.in(region, backfill), 1).stream())
            .map(LackingSince::of)
            .reduce(LackingSince::older);
    return new PendingFound(
        region,
        sum.getBlobs(),
        sum.getBytes(),
        sum.getBackfillBlobs(),
        sum.getBackfillBytes(),
        sum.getMisplacedBlobs(),
        sum.getMisplacedBytes(),
        since,
        paused);
  }

  /**
   * Since when a region lacks what each of some others holds; those that hold nothing of it are
   * left out. Of one that holds none of many rows it is what it can be at most.
   */
  public Map<RegionId, LackingSince> oldestLacking(RegionId region, Set<RegionId> holders) {
    Map<RegionId, LackingSince> oldest = new TreeMap<>();
    for (boolean backfill : List.of(false, true)) {
      OldestLacking rows = new OldestLacking(view, holders, MOST_LACKING);
      view.visit(Tables.MISSING, MissingKey.in(region, backfill), rows);
      rows.found().forEach((holder, since) -> oldest.merge(holder, since, LackingSince::older));
    }
    return oldest;
  }

  /**
   * Missing: REPOSITORY_UNKNOWN, TAG_UNKNOWN or MANIFEST_UNKNOWN; TOO_LARGE of an immense index.
   */
  public Lookup<ImageFound> image(RepositoryName name, Reference reference) {
    return switch (new Queries(view).manifest(name, reference, false)) {
      case Lookup.Missing<Queries.ManifestFound>(Rejection rejection) ->
          new Lookup.Missing<>(rejection);
      case Lookup.Found<Queries.ManifestFound>(Queries.ManifestFound manifest) ->
          image(Repository.find(view, name).orElseThrow(), manifest.digest());
    };
  }

  private Lookup<ImageFound> image(Repository repository, Digest top) {
    Set<Digest> blobs = new LinkedHashSet<>();
    Set<Digest> seen = new HashSet<>(Set.of(top));
    Deque<Digest> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (ReferenceRecord reference : references(repository, open.remove())) {
        Digest digest = Digest.parse(reference.getDigest());
        if (reference.getKind() == ReferenceRecord.Kind.BLOB) {
          blobs.add(digest);
        } else if (seen.add(digest)) {
          open.add(digest);
        }
      }
      if (blobs.size() + seen.size() > Queries.MAX_PAGE) {
        return new Lookup.Missing<>(
            Rejection.of(
                RejectionCode.TOO_LARGE,
                "image " + top + " has more than " + Queries.MAX_PAGE + " blobs and manifests",
                top.toString()));
      }
    }
    return new Lookup.Found<>(
        new ImageFound(
            top,
            blobs.stream().map(this::blob).toList(),
            new Policies(view).of(repository.name()).eager()));
  }

  /** A child is there as long as the index that keeps it. */
  private List<ReferenceRecord> references(Repository repository, Digest manifest) {
    return view.get(Tables.MANIFESTS, new ContentKey(repository.id(), manifest))
        .orElseThrow()
        .getReferencesList();
  }

  private BlobFound blob(Digest digest) {
    return found(new Row<>(digest, view.get(Tables.BLOBS, digest).orElseThrow()));
  }

  private static BlobFound found(Row<Digest, BlobRecord> row) {
    return new BlobFound(row.key(), BlobCopies.of(row.value()));
  }

  /**
   * Looks at some blobs after one, until so many are found that would be lost with a region, or
   * could not be reached.
   */
  public AtRiskPage atRisk(RegionId region, Optional<Digest> last, int limit) {
    RegionLoss loss = new RegionLoss(view, region);
    KeyRange<Digest> all = Tables.BLOBS.all();
    List<Row<Digest, BlobRecord>> rows =
        view.scan(
            Tables.BLOBS,
            last.map(digest -> all.after(Tables.BLOBS.keys().encode(digest))).orElse(all),
            Queries.MAX_PAGE);
    List<AtRisk> blobs = new ArrayList<>();
    Optional<Digest> reached = last;
    for (Row<Digest, BlobRecord> row : rows) {
      if (blobs.size() == limit) {
        return new AtRiskPage(blobs, reached, true);
      }
      if (loss.takes(row.value())) {
        BlobRecord blob = row.value();
        blobs.add(new AtRisk(row.key(), blob.getSize(), blob.getLinks(), loss.image(row.key())));
      }
      reached = Optional.of(row.key());
    }
    return new AtRiskPage(blobs, reached, rows.size() == Queries.MAX_PAGE);
  }
}

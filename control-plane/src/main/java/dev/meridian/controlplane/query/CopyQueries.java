package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.CopyAccounts;
import dev.meridian.controlplane.apply.copies.Policies;
import dev.meridian.controlplane.apply.copies.Policy;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.RegionRecord;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Where copies of blobs are, should be and are missing in one state. Times are cluster time. */
public final class CopyQueries {

  /** The largest page: its items are larger than those of other lists. */
  public static final int MAX_PAGE = 1_000;

  /**
   * A blob that repositories link.
   *
   * @param size in bytes
   * @param links how many repositories link it
   */
  public record BlobCopies(long size, long links, Map<RegionId, Copy> copies) {
    public BlobCopies {
      copies = Collections.unmodifiableMap(copies);
    }

    static BlobCopies of(BlobRecord blob) {
      return new BlobCopies(blob.getSize(), blob.getLinks(), Copy.of(blob));
    }
  }

  /**
   * A copy that a region lacks.
   *
   * @param backfill less urgent than what was pushed
   * @param copies where the blob is
   */
  public record MissingFound(
      Digest digest, long size, long sinceMillis, boolean backfill, Map<RegionId, Copy> copies) {
    public MissingFound {
      copies = Collections.unmodifiableMap(copies);
    }
  }

  /**
   * What a region lacks, the most urgent first.
   *
   * @param cursor for the next page
   */
  public record MissingPage(List<MissingFound> items, byte[] cursor, boolean more) {
    public MissingPage {
      items = List.copyOf(items);
    }
  }

  /** A copy in a region's storage. */
  public record CopyFound(Digest digest, long size, Copy copy) {}

  private final ReadView view;

  CopyQueries(ReadView view) {
    this.view = view;
  }

  /** The policy of a repository, which need not exist. */
  public Policy policy(RepositoryName repository) {
    return new Policies(view).of(repository);
  }

  /** Missing: BLOB_UNKNOWN. */
  public Lookup<BlobCopies> blob(Digest digest) {
    return view.get(Tables.BLOBS, digest)
        .map(BlobCopies::of)
        .<Lookup<BlobCopies>>map(Lookup.Found::new)
        .orElseGet(() -> new Lookup.Missing<>(Rejection.blobUnlinked(digest)));
  }

  /** Begins after the cursor of a page before; empty: with the most urgent. */
  public MissingPage missing(RegionId region, byte[] after, int limit) {
    KeyRange<MissingKey> all = MissingKey.in(region);
    List<Row<MissingKey, MissingRecord>> rows =
        view.scan(
            Tables.MISSING, after.length == 0 ? all : all.after(after), Math.min(limit, MAX_PAGE));
    return new MissingPage(
        rows.stream().map(this::missing).toList(),
        rows.isEmpty() ? after : Tables.MISSING.keys().encode(rows.getLast().key()),
        rows.size() == Math.min(limit, MAX_PAGE));
  }

  /** What was pushed and a region lacks, the newest first. */
  public List<MissingFound> newestMissing(RegionId region, int limit) {
    return view
        .scanBack(Tables.MISSING, MissingKey.in(region, false), Math.min(limit, MAX_PAGE))
        .stream()
        .map(this::missing)
        .toList();
  }

  private MissingFound missing(Row<MissingKey, MissingRecord> row) {
    return new MissingFound(
        row.key().digest(),
        row.value().getSize(),
        row.value().getSinceMs(),
        row.key().backfill(),
        Copy.of(view.get(Tables.BLOBS, row.key().digest()).orElseThrow()));
  }

  /** Copies of a region whose object keys come after one, which need not exist; empty: all. */
  public Page<CopyFound> copies(RegionId region, String last, int limit) {
    return PageCollector.page(
        view,
        Tables.OBJECTS,
        ObjectKey.in(region, last),
        Math.min(limit, MAX_PAGE),
        row -> copy(row.value(), region));
  }

  private CopyFound copy(Digest digest, RegionId region) {
    BlobRecord blob = view.get(Tables.BLOBS, digest).orElseThrow();
    return new CopyFound(
        digest, blob.getSize(), Copy.of(blob.getPlacementsOrThrow(region.value())));
  }

  /** Whether an operator has paused replication into a region. */
  public boolean isPaused(RegionId region) {
    return view.get(Tables.REGIONS, region).filter(RegionRecord::getReplicationPaused).isPresent();
  }

  /** Whether links are still to be brought to the policies, so that more may be found missing. */
  public boolean isReviewing() {
    return view.contains(Tables.REVIEWS, Nothing.NOTHING)
        || view.number(Meta.COPIES_COUNTED) < CopyAccounts.COMPLETE;
  }
}

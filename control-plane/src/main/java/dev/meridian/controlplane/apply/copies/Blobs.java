package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.ReviewLinks.Extent;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.MissingReference;
import dev.meridian.proto.store.PlacementRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The rows of blobs. A blob has one while repositories link it, which says where it is and how many
 * links want and allow a copy where. A region that is known, is wanted and holds no copy has a row
 * in {@code missing}; so has one that may hold a copy while none of those does; nothing else has.
 * When nothing is missing any more, or enough copies are where links allow them, those elsewhere
 * go. All writes of these rows go through here, so that it stays so.
 */
public final class Blobs {

  private final CommandContext context;
  private final MissingCopies missing;
  private final DoomedObjects doomed;
  private final Policies policies;

  /** For one command, which does not change the regions once it has changed blobs. */
  public Blobs(CommandContext context) {
    this.context = context;
    this.missing = new MissingCopies(context);
    this.doomed = new DoomedObjects(context);
    this.policies = new Policies(context.rows());
  }

  /** The row of a blob that some repository links. */
  public Optional<BlobRecord> find(Digest digest) {
    return context.rows().get(Tables.BLOBS, digest);
  }

  /** The policy of a repository, which need not exist. */
  public Policy policy(RepositoryName repository) {
    return policies.of(repository);
  }

  /** What a link of the repository says, as far as that is written down already. */
  public LinkTerms termsOf(RepositoryName repository) {
    if (!CopyAccounts.include(context.rows(), Extent.WANTED)) {
      return LinkTerms.NONE;
    }
    Policy policy = policy(repository);
    boolean confines = CopyAccounts.include(context.rows(), Extent.ALLOWED);
    return new LinkTerms(names(policy.eager()), confines ? names(policy.only()) : List.of());
  }

  private static List<String> names(SortedSet<RegionId> regions) {
    return regions.stream().map(RegionId::value).toList();
  }

  /** Whether no link of the blob allows a copy in the region. */
  public static boolean forbids(BlobRecord blob, RegionId region) {
    return Residency.forbids(blob, region.value());
  }

  /** One link more, with its terms; the first one makes the row. */
  public void link(Digest digest, long size, LinkTerms terms) {
    BlobRecord before = findOrCreate(digest, size);
    BlobRecord.Builder blob = before.toBuilder().setLinks(before.getLinks() + 1);
    count(blob, terms, 1);
    put(digest, before, blob, true);
  }

  /**
   * One link less. The row goes with the last one; it is then given back, since its objects are to
   * be doomed.
   */
  public Optional<BlobRecord> unlink(Digest digest, LinkTerms terms) {
    BlobRecord before = find(digest).orElseThrow();
    if (before.getLinks() == 1) {
      before.getMissingMap().forEach((region, row) -> missing.remove(key(region, row, digest)));
      countLacking(before.getLacking(), false);
      countMisplaced(before, BlobRecord.getDefaultInstance());
      context.rows().delete(Tables.BLOBS, digest);
      return Optional.of(before);
    }
    BlobRecord.Builder blob = before.toBuilder().setLinks(before.getLinks() - 1);
    count(blob, terms, -1);
    put(digest, before, blob, false);
    return Optional.empty();
  }

  /** A link gets other terms; what is missing by that is backfill. */
  void relink(Digest digest, LinkTerms before, LinkTerms after) {
    change(
        digest,
        false,
        blob -> {
          count(blob, before, -1);
          count(blob, after, 1);
        });
  }

  /**
   * A region has a copy, in the place of the one that it may have had. A blob without a row gets
   * one for the link that the same command makes.
   */
  void place(Digest digest, long size, RegionId region, PlacementRecord placement) {
    BlobRecord before = findOrCreate(digest, size);
    put(digest, before, before.toBuilder().putPlacements(region.value(), placement), false);
  }

  /** A region lost its copy; there is one less for others to fall back on, so this is urgent. */
  void unplace(Digest digest, RegionId region) {
    change(digest, true, blob -> blob.removePlacements(region.value()));
  }

  /** A region that was removed has no copy, and none is missing there. */
  public void forget(Digest digest, RegionId removed) {
    change(digest, false, blob -> blob.removePlacements(removed.value()));
  }

  private BlobRecord findOrCreate(Digest digest, long size) {
    return find(digest).orElseGet(() -> BlobRecord.newBuilder().setSize(size).build());
  }

  private static void count(BlobRecord.Builder blob, LinkTerms terms, int sign) {
    Residency.count(blob, terms.only(), sign);
    for (String region : terms.wanted()) {
      long links = blob.getWantedOrDefault(region, 0) + sign;
      if (links == 0) {
        blob.removeWanted(region);
      } else {
        blob.putWanted(region, links);
      }
    }
  }

  private void change(Digest digest, boolean urgent, Consumer<BlobRecord.Builder> change) {
    BlobRecord before = find(digest).orElseThrow();
    BlobRecord.Builder blob = before.toBuilder();
    change.accept(blob);
    put(digest, before, blob, urgent);
  }

  /**
   * @param urgent whether what is missing comes before what was there for long
   */
  private void put(Digest digest, BlobRecord before, BlobRecord.Builder blob, boolean urgent) {
    Set<String> regions = new TreeSet<>(blob.getWantedMap().keySet());
    regions.addAll(blob.getMissingMap().keySet());
    regions.addAll(blob.getAllowedMap().keySet());
    boolean lacksRefuge = Residency.lacksRefuge(blob, policies.regions().removed());
    regions.forEach(region -> settle(digest, blob, region, lacksRefuge, urgent));
    if (!lacksRefuge && (blob.getMissingCount() == 0 || isWellPlaced(blob))) {
      removeMisplaced(before, blob);
    }
    blob.setLacking(
        blob.getMissingCount() > 0 && CopyAccounts.include(context.rows(), Extent.LACKING));
    countLacking(before.getLacking(), blob.getLacking());
    BlobRecord after = blob.build();
    countMisplaced(before, after);
    if (!after.equals(before)) {
      context.rows().put(Tables.BLOBS, digest, after);
    }
  }

  /**
   * Whether as many copies are where they may be as policies ask for: a region that is down would
   * keep those elsewhere for as long as it is.
   */
  private boolean isWellPlaced(BlobRecord.Builder blob) {
    return CopyAccounts.include(context.rows(), Extent.ENOUGH)
        && !Residency.misplaced(blob).isEmpty()
        && Residency.placed(blob, policies.regions().removed()).size()
            >= policies.minCopiesWithin(blob.getAllowedMap().keySet());
  }

  /** But for one that has just come: a link that allows it may follow with the same command. */
  private void removeMisplaced(BlobRecord before, BlobRecord.Builder blob) {
    for (String region : Residency.misplaced(blob)) {
      if (before.containsPlacements(region)) {
        String key = blob.getPlacementsOrThrow(region).getObjectKey();
        blob.removePlacements(region);
        doomed.release(new ObjectKey(RegionId.parse(region), key));
      }
    }
  }

  private void countMisplaced(BlobRecord before, BlobRecord after) {
    List<String> were = Residency.misplaced(before);
    List<String> are = Residency.misplaced(after);
    were.stream()
        .filter(region -> !are.contains(region))
        .forEach(region -> missing.countMisplaced(RegionId.parse(region), before.getSize(), -1));
    are.stream()
        .filter(region -> !were.contains(region))
        .forEach(region -> missing.countMisplaced(RegionId.parse(region), after.getSize(), 1));
  }

  private void countLacking(boolean before, boolean after) {
    if (before != after) {
      long count = context.rows().number(Meta.BLOBS_LACKING) + (after ? 1 : -1);
      context.rows().put(Tables.META, Meta.BLOBS_LACKING, count);
    }
  }

  private void settle(
      Digest digest, BlobRecord.Builder blob, String region, boolean lacksRefuge, boolean urgent) {
    boolean lacking =
        (blob.containsWanted(region) || lacksRefuge && blob.containsAllowed(region))
            && !blob.containsPlacements(region)
            && policies.regions().present().contains(RegionId.parse(region));
    Optional<MissingKey> row =
        Optional.ofNullable(blob.getMissingMap().get(region))
            .map(reference -> key(region, reference, digest));
    if (lacking && row.isEmpty()) {
      MissingKey key = new MissingKey(RegionId.parse(region), !urgent, context.revision(), digest);
      missing.add(key, blob.getSize());
      blob.putMissing(region, reference(key));
    } else if (lacking && urgent && row.get().backfill()) {
      blob.putMissing(region, reference(missing.hurry(row.get())));
    } else if (!lacking && row.isPresent()) {
      missing.remove(row.get());
      blob.removeMissing(region);
    }
  }

  private static MissingKey key(String region, MissingReference row, Digest digest) {
    return new MissingKey(RegionId.parse(region), row.getBackfill(), row.getRevision(), digest);
  }

  private static MissingReference reference(MissingKey key) {
    return MissingReference.newBuilder()
        .setBackfill(key.backfill())
        .setRevision(key.revision())
        .build();
  }
}

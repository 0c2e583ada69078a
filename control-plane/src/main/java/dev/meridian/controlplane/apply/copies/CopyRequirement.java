package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the blobs of a manifest are stored in as many regions as the policy asks for. */
public final class CopyRequirement {

  /** The most blobs and child manifests that one command looks at. */
  static final int MAX_CONTENT = 10_000;

  /** So many of the blobs that lack copies are named. */
  private static final int NAMED = 3;

  private final CommandContext context;
  private final RepositoryName repository;
  private final Policy policy;
  private final KnownRegions regions;

  private CopyRequirement(CommandContext context, RepositoryName repository, Policies policies) {
    this.context = context;
    this.repository = repository;
    this.policy = policies.of(repository);
    this.regions = policies.regions();
  }

  /**
   * Looks at blobs that a manifest references and its repository links, and at those of the child
   * manifests that it references.
   */
  public static Optional<Rejection> violation(
      CommandContext context,
      RepositoryName name,
      long repositoryId,
      Collection<ReferenceRecord> references) {
    Policies policies = new Policies(context.rows());
    // Most policies wait for no copies: then it need not be known what regions there are.
    return policies.minCopies(name) <= 1
        ? Optional.empty()
        : new CopyRequirement(context, name, policies).violation(repositoryId, references);
  }

  private Optional<Rejection> violation(long repositoryId, Collection<ReferenceRecord> references) {
    Set<Digest> blobs = new LinkedHashSet<>();
    int children = 0;
    for (ReferenceRecord reference : references) {
      if (reference.getKind() == ReferenceRecord.Kind.MANIFEST) {
        children++;
        blobs.addAll(blobsOf(new ContentKey(repositoryId, Digest.parse(reference.getDigest()))));
      } else {
        blobs.add(Digest.parse(reference.getDigest()));
      }
      if (children + blobs.size() > MAX_CONTENT) {
        return Optional.of(tooMany());
      }
    }
    Map<Digest, List<RegionId>> lacking = new LinkedHashMap<>();
    for (Digest blob : blobs) {
      List<RegionId> holders = holders(blob);
      if (holders.size() < policy.minCopies()) {
        lacking.put(blob, holders);
      }
    }
    return lacking.isEmpty() ? Optional.empty() : Optional.of(copiesMissing(lacking));
  }

  private List<Digest> blobsOf(ContentKey manifest) {
    return context.rows().get(Tables.MANIFESTS, manifest).stream()
        .map(ManifestRecord::getReferencesList)
        .flatMap(List::stream)
        .filter(reference -> reference.getKind() == ReferenceRecord.Kind.BLOB)
        .map(reference -> Digest.parse(reference.getDigest()))
        .toList();
  }

  private List<RegionId> holders(Digest blob) {
    return context.rows().get(Tables.BLOBS, blob).stream()
        .map(BlobRecord::getPlacementsMap)
        .flatMap(placements -> placements.keySet().stream())
        .map(RegionId::parse)
        .filter(region -> policy.allows(region) && !regions.removed().contains(region))
        .sorted()
        .toList();
  }

  private Rejection tooMany() {
    return Rejection.of(
        RejectionCode.TOO_LARGE,
        "the manifest and its children name more than "
            + MAX_CONTENT
            + " blobs and manifests: where a policy asks for "
            + policy.minCopies()
            + " copies, expected at most so many");
  }

  private Rejection copiesMissing(Map<Digest, List<RegionId>> lacking) {
    String named =
        lacking.entrySet().stream()
            .limit(NAMED)
            .map(blob -> blob.getKey() + " is in " + whereItIs(blob.getValue()))
            .collect(Collectors.joining("; "));
    return new Rejection(
        RejectionCode.COPIES_MISSING,
        "the policy of repository "
            + repository
            + " asks for "
            + policy.minCopies()
            + " copies of each blob; "
            + lacking.size()
            + (lacking.size() == 1 ? " blob has" : " blobs have")
            + " fewer: "
            + named
            + (lacking.size() > NAMED ? "; and " + (lacking.size() - NAMED) + " more" : ""),
        lacking.keySet().stream().map(Digest::toString).toList());
  }

  /** And where it is not, though it might. */
  private String whereItIs(List<RegionId> holders) {
    List<RegionId> others =
        regions.present().stream()
            .filter(region -> policy.allows(region) && !holders.contains(region))
            .toList();
    if (holders.isEmpty()) {
      return others.isEmpty() ? "no region that the policy allows" : "none of " + names(others);
    }
    return names(holders) + (others.isEmpty() ? "" : ", but not in " + names(others));
  }

  private static String names(List<RegionId> regions) {
    return regions.stream().sorted().map(RegionId::value).collect(Collectors.joining(", "));
  }
}

package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.apply.copies.CopyAccounts;
import dev.meridian.controlplane.apply.copies.Placements;
import dev.meridian.controlplane.apply.copies.Policy;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.CommitBlob;
import dev.meridian.proto.log.DeleteBlob;
import dev.meridian.proto.log.MountBlob;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RenewLink;
import dev.meridian.proto.log.ReviewLinks.Extent;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Blobs as repositories see them. */
final class BlobCommands {

  private final CommandContext context;
  private final RepositoryCommands repositories;
  private final Blobs blobs;
  private final BlobLinks links;
  private final Placements placements;
  private final ManifestReferences references;

  BlobCommands(CommandContext context) {
    this.context = context;
    this.repositories = new RepositoryCommands(context);
    this.blobs = new Blobs(context);
    this.links = new BlobLinks(context, blobs);
    this.placements = new Placements(context, blobs);
    this.references = new ManifestReferences(context);
  }

  /**
   * Links the blob that a completed object holds. The object becomes the region's placement, or is
   * doomed when the region has one. Refused where the policy allows no copy.
   */
  Outcome commit(CommitBlob command) {
    Digest digest = Digest.parse(command.getDigest());
    RepositoryName name = RepositoryName.parse(command.getRepository());
    ObjectKey object = new ObjectKey(RegionId.parse(command.getRegion()), command.getObjectKey());
    if (context.now() > command.getSessionExpiresMs()) {
      return Outcome.rejected(
          RejectionCode.SESSION_EXPIRED,
          "the upload session of blob " + digest + " ended before its commit",
          digest.toString());
    }
    Policy policy = blobs.policy(name);
    if (!policy.allows(object.region())) {
      return notAllowed(name, policy, object.region());
    }
    Optional<BlobRecord> blob = blobs.find(digest);
    if (blob.isPresent() && blob.get().getSize() != command.getSize()) {
      return sizeDiffers(digest, blob.get().getSize(), command.getSize());
    }
    return switch (placements.standing(object, digest)) {
      case FREE -> {
        // In this order: the blob would else be missing where it is, for a moment.
        placements.place(object, digest, command.getSize());
        link(name, digest, command.getSize());
        yield Outcome.ACCEPTED;
      }
      case SURPLUS -> {
        link(name, digest, command.getSize());
        placements.doom(object);
        yield Outcome.ACCEPTED;
      }
      case PLACED -> {
        link(name, digest, command.getSize());
        yield Outcome.ACCEPTED;
      }
      case DOOMED -> commitAgain(name, digest, object);
      case FOREIGN -> ObjectCommands.foreign(object);
      case GONE -> ObjectCommands.regionRemoved(object);
    };
  }

  /**
   * Links a blob that is in a region where the repository's policy allows it. One that is elsewhere
   * only is taken for absent, so that the client uploads it to where it may be.
   */
  Outcome mount(MountBlob command) {
    Digest digest = Digest.parse(command.getDigest());
    RepositoryName name = RepositoryName.parse(command.getRepository());
    Optional<BlobRecord> blob = blobs.find(digest).filter(row -> isHeldFor(name, row));
    if (blob.isEmpty() || !isMountable(command.getFrom(), digest)) {
      return Outcome.rejected(Rejection.notMountable(command.getFrom(), digest));
    }
    link(name, digest, blob.get().getSize());
    return Outcome.ACCEPTED;
  }

  private boolean isHeldFor(RepositoryName repository, BlobRecord blob) {
    Policy policy = blobs.policy(repository);
    boolean bounded = CopyAccounts.include(context.rows(), Extent.ALLOWED);
    return blob.getPlacementsMap().keySet().stream()
        .anyMatch(region -> !bounded || policy.allows(RegionId.parse(region)));
  }

  Outcome renew(RenewLink command) {
    return onLink(
        command.getRepository(),
        command.getDigest(),
        (key, link) -> {
          links.renew(key, link);
          return Outcome.ACCEPTED;
        });
  }

  /** Removes a link that no manifest of the repository references. */
  Outcome delete(DeleteBlob command) {
    return onLink(command.getRepository(), command.getDigest(), this::delete);
  }

  private Outcome delete(ContentKey key, BlobLinkRecord link) {
    List<String> holders = references.holders(key, ReferenceRecord.Kind.BLOB);
    if (!holders.isEmpty()) {
      return Outcome.rejected(
          new Rejection(
              RejectionCode.IN_USE,
              "blob " + key.digest() + " is referenced by manifest " + holders.getFirst(),
              holders));
    }
    links.drop(key, link);
    return Outcome.ACCEPTED;
  }

  /** Rejects when there is no such link. */
  private Outcome onLink(
      String repositoryName,
      String digestText,
      BiFunction<ContentKey, BlobLinkRecord, Outcome> change) {
    RepositoryName name = RepositoryName.parse(repositoryName);
    Digest digest = Digest.parse(digestText);
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Outcome.rejected(Rejection.repositoryUnknown(name));
    }
    ContentKey key = new ContentKey(repository.get().id(), digest);
    return links
        .find(key)
        .map(link -> change.apply(key, link))
        .orElseGet(() -> Outcome.rejected(Rejection.blobUnknown(name, digest)));
  }

  private static Outcome notAllowed(RepositoryName name, Policy policy, RegionId region) {
    return Outcome.rejected(
        RejectionCode.DENIED,
        "the policy of repository "
            + name
            + " keeps its blobs in "
            + String.join(", ", policy.only().stream().map(RegionId::value).toList())
            + ": region "
            + region
            + " may not store them",
        region.value());
  }

  static Outcome sizeDiffers(Digest digest, long expected, long size) {
    return Outcome.rejected(
        RejectionCode.SIZE_INVALID,
        "blob " + digest + " has " + expected + " bytes, not " + size,
        digest.toString());
  }

  private void link(RepositoryName name, Digest digest, long size) {
    links.createOrRenew(repositories.findOrCreate(name), digest, size);
  }

  /** A commit that comes again after its object was doomed as surplus has nothing left to do. */
  private Outcome commitAgain(RepositoryName name, Digest digest, ObjectKey object) {
    Optional<ContentKey> key =
        repositories.find(name).map(repository -> new ContentKey(repository.id(), digest));
    Optional<BlobLinkRecord> link = key.flatMap(links::find);
    if (link.isEmpty() || !placements.isPlaced(digest, object.region())) {
      return ObjectCommands.doomed(object);
    }
    links.renew(key.get(), link.get());
    return Outcome.ACCEPTED;
  }

  /** Where no repository is named, that the blob has a row says that some repository links it. */
  private boolean isMountable(String from, Digest digest) {
    return from.isEmpty()
        || repositories
            .find(RepositoryName.parse(from))
            .flatMap(source -> links.find(new ContentKey(source.id(), digest)))
            .isPresent();
  }
}

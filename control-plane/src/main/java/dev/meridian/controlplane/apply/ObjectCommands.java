package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.apply.copies.Placements;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.AddPlacement;
import dev.meridian.proto.log.Collect;
import dev.meridian.proto.log.ConfirmDeletions;
import dev.meridian.proto.log.DoomObjects;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RemovePlacement;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import java.util.List;
import java.util.Optional;

/** Objects of the regions' storage: which hold a blob, and which are to be deleted. */
final class ObjectCommands {

  /** The most objects or links of one command. */
  static final int MAX_ITEMS = 1_000;

  private final CommandContext context;
  private final Blobs blobs;
  private final BlobLinks links;
  private final Placements placements;

  ObjectCommands(CommandContext context) {
    this.context = context;
    this.blobs = new Blobs(context);
    this.links = new BlobLinks(context, blobs);
    this.placements = new Placements(context, blobs);
  }

  /**
   * A region holds a further copy. It is doomed when the region has one already, and also when the
   * blob is gone or may not be there: these are the rejections that write, for else the copy would
   * stay for long.
   */
  Outcome addPlacement(AddPlacement command) {
    Digest digest = Digest.parse(command.getDigest());
    ObjectKey object = new ObjectKey(RegionId.parse(command.getRegion()), command.getObjectKey());
    Optional<BlobRecord> blob = blobs.find(digest);
    if (blob.isPresent() && blob.get().getSize() != command.getSize()) {
      return BlobCommands.sizeDiffers(digest, blob.get().getSize(), command.getSize());
    }
    return switch (placements.standing(object, digest)) {
      case FREE -> {
        if (blob.isEmpty()) {
          yield doomUnwanted(object, Rejection.blobUnlinked(digest));
        }
        yield Blobs.forbids(blob.get(), object.region())
            ? doomUnwanted(object, forbidden(object, digest))
            : place(object, digest, command.getSize());
      }
      case PLACED -> place(object, digest, command.getSize());
      case SURPLUS -> {
        placements.doom(object);
        yield Outcome.ACCEPTED;
      }
      case DOOMED ->
          placements.isPlaced(digest, object.region()) ? Outcome.ACCEPTED : doomed(object);
      case FOREIGN -> foreign(object);
      case GONE -> regionRemoved(object);
    };
  }

  Outcome removePlacement(RemovePlacement command) {
    Digest digest = Digest.parse(command.getDigest());
    ObjectKey object = new ObjectKey(RegionId.parse(command.getRegion()), command.getObjectKey());
    if (placements.standing(object, digest) != Placements.Standing.PLACED) {
      return Outcome.rejected(
          RejectionCode.BLOB_UNKNOWN,
          "object " + object.key() + " of region " + object.region() + " does not hold " + digest,
          digest.toString());
    }
    placements.remove(object, digest);
    return Outcome.ACCEPTED;
  }

  /** All of the objects are doomed, or none when one of them is a placement. */
  Outcome doom(DoomObjects command) {
    if (command.getObjectKeysCount() > MAX_ITEMS) {
      return tooMany(command.getObjectKeysCount());
    }
    List<ObjectKey> objects = objects(command.getRegion(), command.getObjectKeysList());
    List<String> placed =
        objects.stream()
            .filter(object -> context.rows().contains(Tables.OBJECTS, object))
            .map(ObjectKey::key)
            .toList();
    if (!placed.isEmpty()) {
      return Outcome.rejected(
          new Rejection(
              RejectionCode.IN_USE,
              "object " + placed.getFirst() + " of region " + command.getRegion() + " holds a blob",
              placed));
    }
    objects.forEach(placements::doom);
    return Outcome.ACCEPTED;
  }

  /** The objects are gone; those that were not doomed are left out. */
  Outcome confirmDeletions(ConfirmDeletions command) {
    if (command.getObjectKeysCount() > MAX_ITEMS) {
      return tooMany(command.getObjectKeysCount());
    }
    objects(command.getRegion(), command.getObjectKeysList())
        .forEach(object -> context.rows().delete(Tables.DOOMED, object));
    return Outcome.ACCEPTED;
  }

  /** Drops those of the links that still end when the command says, if that time has come. */
  Outcome collect(Collect command) {
    if (command.getLinksCount() > MAX_ITEMS) {
      return tooMany(command.getLinksCount());
    }
    command.getLinksList().forEach(this::collect);
    return Outcome.ACCEPTED;
  }

  static Outcome doomed(ObjectKey object) {
    return Outcome.rejected(
        RejectionCode.OBJECT_DOOMED,
        "object " + object.key() + " of region " + object.region() + " is to be deleted",
        object.key());
  }

  static Outcome foreign(ObjectKey object) {
    return Outcome.rejected(
        RejectionCode.OBJECT_DOOMED,
        "object " + object.key() + " of region " + object.region() + " holds another blob",
        object.key());
  }

  static Outcome regionRemoved(ObjectKey object) {
    return Outcome.rejected(
        RejectionCode.DENIED,
        "region " + object.region() + " was removed: nothing can be stored there",
        object.region().value());
  }

  private Outcome place(ObjectKey object, Digest digest, long size) {
    placements.place(object, digest, size);
    return Outcome.ACCEPTED;
  }

  private Outcome doomUnwanted(ObjectKey object, Rejection rejection) {
    placements.doom(object);
    return Outcome.rejected(rejection);
  }

  private static Rejection forbidden(ObjectKey object, Digest digest) {
    return Rejection.of(
        RejectionCode.DENIED,
        "no policy of a repository that links "
            + digest
            + " allows a copy in region "
            + object.region(),
        object.region().value());
  }

  private void collect(ExpiredLink expired) {
    ContentKey key = new ContentKey(expired.getRepositoryId(), Digest.parse(expired.getDigest()));
    Optional<BlobLinkRecord> link = links.find(key);
    if (link.isPresent()
        && link.get().getExpiresMs() != 0
        && link.get().getExpiresMs() == expired.getExpiresMs()
        && link.get().getExpiresMs() <= context.now()) {
      links.drop(key, link.get());
    }
  }

  private static List<ObjectKey> objects(String region, List<String> keys) {
    RegionId regionId = RegionId.parse(region);
    return keys.stream().map(key -> new ObjectKey(regionId, key)).toList();
  }

  private static Outcome tooMany(int count) {
    return Outcome.rejected(
        RejectionCode.TOO_LARGE,
        "the command has " + count + " items: expected at most " + MAX_ITEMS);
  }
}

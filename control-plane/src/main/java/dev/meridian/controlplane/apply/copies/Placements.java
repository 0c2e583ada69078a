package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.PlacementRecord;
import java.util.Optional;

/**
 * Which object holds a blob in a region. A key is the placement of one blob, or doomed, or not
 * known; once doomed it never becomes a placement.
 */
public final class Placements {

  /** What an object is to a blob that it is said to hold. */
  public enum Standing {
    /** The blob's placement in its region. */
    PLACED,
    /** It may become the placement. */
    FREE,
    /** Another object of the region is the placement. */
    SURPLUS,
    DOOMED,
    /** It is the placement of another blob. */
    FOREIGN,
    /** Its region was removed: it is nothing, and becomes nothing. */
    GONE
  }

  private final CommandContext context;
  private final Blobs blobs;
  private final DoomedObjects doomed;

  /**
   * @param blobs of the same command
   */
  public Placements(CommandContext context, Blobs blobs) {
    this.context = context;
    this.blobs = blobs;
    this.doomed = new DoomedObjects(context);
  }

  /** What an object is, if it is said to hold the blob. */
  public Standing standing(ObjectKey object, Digest digest) {
    if (doomed.isRemoved(object.region())) {
      return Standing.GONE;
    }
    Optional<Digest> owner = context.rows().get(Tables.OBJECTS, object);
    if (owner.isPresent()) {
      return owner.get().equals(digest) ? Standing.PLACED : Standing.FOREIGN;
    }
    if (context.rows().contains(Tables.DOOMED, object)) {
      return Standing.DOOMED;
    }
    return isPlaced(digest, object.region()) ? Standing.SURPLUS : Standing.FREE;
  }

  /** Whether some object of the region holds the blob. */
  public boolean isPlaced(Digest digest, RegionId region) {
    return blobs.find(digest).filter(blob -> blob.containsPlacements(region.value())).isPresent();
  }

  /**
   * Makes a free object the placement of a blob that is linked, or is linked next, or renews its
   * verification.
   */
  public void place(ObjectKey object, Digest digest, long size) {
    context.rows().put(Tables.OBJECTS, object, digest);
    blobs.place(
        digest,
        size,
        object.region(),
        PlacementRecord.newBuilder()
            .setObjectKey(object.key())
            .setVerifiedMs(context.now())
            .build());
  }

  /** The region loses its placement of the blob; the object is doomed. */
  public void remove(ObjectKey object, Digest digest) {
    blobs.unplace(digest, object.region());
    doomed.release(object);
  }

  /** The objects that held a blob which is gone are doomed. */
  public void release(BlobRecord gone) {
    gone.getPlacementsMap()
        .forEach((region, placement) ->
            doomed.release(new ObjectKey(RegionId.parse(region), placement.getObjectKey())));
  }

  /** An object that is no placement is to be deleted after the grace, which begins once. */
  public void doom(ObjectKey object) {
    doomed.add(object);
  }
}

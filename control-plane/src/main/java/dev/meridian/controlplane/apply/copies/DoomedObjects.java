package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.DoomedRecord;
import dev.meridian.proto.store.RegionRecord;

/** Objects that hold no blob, or none any more, and are to be deleted. */
final class DoomedObjects {

  private final CommandContext context;

  DoomedObjects(CommandContext context) {
    this.context = context;
  }

  /**
   * An object that is no placement is to be deleted after the grace, which begins once. In a region
   * that was removed nobody is there to delete it.
   */
  void add(ObjectKey object) {
    if (!context.rows().contains(Tables.DOOMED, object) && !isRemoved(object.region())) {
      context
          .rows()
          .put(Tables.DOOMED, object, DoomedRecord.newBuilder().setSinceMs(context.now()).build());
    }
  }

  /** It was a placement. */
  void release(ObjectKey object) {
    context.rows().delete(Tables.OBJECTS, object);
    add(object);
  }

  boolean isRemoved(RegionId region) {
    return context.rows().get(Tables.REGIONS, region).filter(RegionRecord::getRemoved).isPresent();
  }
}

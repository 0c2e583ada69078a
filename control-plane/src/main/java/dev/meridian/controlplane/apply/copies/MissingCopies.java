package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.PendingRecord;

/** The rows in {@code missing}, and what they and misplaced copies sum up to by region. */
final class MissingCopies {

  private final CommandContext context;

  MissingCopies(CommandContext context) {
    this.context = context;
  }

  /** A copy of so many bytes is missing from now on. */
  void add(MissingKey key, long size) {
    put(key, MissingRecord.newBuilder().setSize(size).setSinceMs(context.now()).build());
  }

  /** A copy that is there now, or not wanted any more. */
  void remove(MissingKey key) {
    MissingRecord row = context.rows().get(Tables.MISSING, key).orElseThrow();
    context.rows().delete(Tables.MISSING, key);
    count(key, row.getSize(), -1);
  }

  /** Puts what was backfill to what was pushed, in front of what was found missing since. */
  MissingKey hurry(MissingKey key) {
    MissingRecord row = context.rows().get(Tables.MISSING, key).orElseThrow();
    MissingKey urgent = new MissingKey(key.region(), false, key.revision(), key.digest());
    remove(key);
    put(urgent, row);
    return urgent;
  }

  /** A copy of so many bytes is where it may not be, or not any more. */
  void countMisplaced(RegionId region, long size, int sign) {
    PendingRecord.Builder pending = pending(region);
    put(
        region,
        pending
            .setMisplacedBlobs(pending.getMisplacedBlobs() + sign)
            .setMisplacedBytes(pending.getMisplacedBytes() + sign * size)
            .build());
  }

  private void put(MissingKey key, MissingRecord row) {
    context.rows().put(Tables.MISSING, key, row);
    count(key, row.getSize(), 1);
  }

  private void count(MissingKey key, long size, int sign) {
    PendingRecord.Builder pending = pending(key.region());
    pending.setBlobs(pending.getBlobs() + sign).setBytes(pending.getBytes() + sign * size);
    if (key.backfill()) {
      pending
          .setBackfillBlobs(pending.getBackfillBlobs() + sign)
          .setBackfillBytes(pending.getBackfillBytes() + sign * size);
    }
    put(key.region(), pending.build());
  }

  private PendingRecord.Builder pending(RegionId region) {
    return context
        .rows()
        .get(Tables.PENDING, region)
        .orElseGet(PendingRecord::getDefaultInstance)
        .toBuilder();
  }

  private void put(RegionId region, PendingRecord pending) {
    if (pending.equals(PendingRecord.getDefaultInstance())) {
      context.rows().delete(Tables.PENDING, region);
    } else {
      context.rows().put(Tables.PENDING, region, pending);
    }
  }
}

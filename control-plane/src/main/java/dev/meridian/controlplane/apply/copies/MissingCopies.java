package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.PendingRecord;

/** The rows in {@code missing}, and what they sum up to by region. */
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

  private void put(MissingKey key, MissingRecord row) {
    context.rows().put(Tables.MISSING, key, row);
    count(key, row.getSize(), 1);
  }

  private void count(MissingKey key, long size, int sign) {
    PendingRecord.Builder pending =
        context
            .rows()
            .get(Tables.PENDING, key.region())
            .orElseGet(PendingRecord::getDefaultInstance)
            .toBuilder();
    pending.setBlobs(pending.getBlobs() + sign).setBytes(pending.getBytes() + sign * size);
    if (key.backfill()) {
      pending
          .setBackfillBlobs(pending.getBackfillBlobs() + sign)
          .setBackfillBytes(pending.getBackfillBytes() + sign * size);
    }
    if (pending.getBlobs() == 0) {
      context.rows().delete(Tables.PENDING, key.region());
    } else {
      context.rows().put(Tables.PENDING, key.region(), pending.build());
    }
  }
}

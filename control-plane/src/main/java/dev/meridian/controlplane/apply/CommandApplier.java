package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;

/** Applies log entries to the store; the same entries give the same state everywhere. */
public final class CommandApplier {

  /**
   * Applies the commands of an entry in order, each seeing the writes of those before it, and
   * commits them with the entry's position in one batch.
   *
   * @throws RuntimeException when the store fails or an invariant is broken; nothing was written
   */
  public Outcomes apply(MetadataDb db, LogPosition position, Entry entry) {
    throw new UnsupportedOperationException("apply " + entry + " at " + position + " to " + db);
  }
}

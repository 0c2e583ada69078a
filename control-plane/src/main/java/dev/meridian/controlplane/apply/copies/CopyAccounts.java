package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.proto.log.ReviewLinks.Extent;

/**
 * What is written down of copies. More of it begins with a command, since a store of before has
 * rows that say less, and all servers must begin with the same command.
 */
public final class CopyAccounts {

  /** The value of {@link Meta#COPIES_COUNTED} when nothing is left to begin. */
  public static final long COMPLETE = value(Extent.ENOUGH);

  private CopyAccounts() {}

  /** Whether so much is written down. */
  public static boolean include(WriteSet rows, Extent extent) {
    return rows.number(Meta.COPIES_COUNTED) >= value(extent);
  }

  /** True when they were less before. */
  static boolean extend(WriteSet rows, Extent extent) {
    if (include(rows, extent)) {
      return false;
    }
    rows.put(Tables.META, Meta.COPIES_COUNTED, value(extent));
    return true;
  }

  private static long value(Extent extent) {
    return extent.getNumber() + 1L;
  }
}

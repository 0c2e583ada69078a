package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.proto.log.Command;

/**
 * A command while it is applied.
 *
 * @param rows the state it sees and changes
 * @param revision the one that it makes
 * @param purgedRows about how many rows it clears if it belongs to a purge
 */
record CommandContext(WriteSet rows, Command command, long revision, int purgedRows) {

  /** Cluster time in milliseconds. */
  long now() {
    return rows.number(Meta.CLUSTER_TIME);
  }

  /** Who asked. */
  String principal() {
    return command.getPrincipal();
  }

  /** The preparer's wall clock, Unix time; only to be shown. */
  long wallTimeMillis() {
    return command.getWallTimeMs();
  }

  /** Cluster time at which an unreferenced link ends whose life begins now. */
  long linkEnd() {
    return now() + command.getLinkLifeMs();
  }
}

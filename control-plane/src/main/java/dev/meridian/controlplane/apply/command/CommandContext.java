package dev.meridian.controlplane.apply.command;

import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.proto.log.Command;

/**
 * A command while it is applied.
 *
 * @param rows the state it sees and changes
 * @param revision the one that it makes
 * @param stepRows about how many rows it works on if it is one step of many
 */
public record CommandContext(WriteSet rows, Command command, long revision, int stepRows) {

  /** Cluster time in milliseconds. */
  public long now() {
    return rows.number(Meta.CLUSTER_TIME);
  }

  /** Who asked. */
  public String principal() {
    return command.getPrincipal();
  }

  /** The preparer's wall clock, Unix time; only to be shown. */
  public long wallTimeMillis() {
    return command.getWallTimeMs();
  }

  /** Cluster time at which an unreferenced link ends whose life begins now. */
  public long linkEnd() {
    return now() + command.getLinkLifeMs();
  }
}

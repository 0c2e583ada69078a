package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.proto.log.Tick;

/** The clock of all that expires in apply: state, moved by ticks. */
final class ClusterTime {

  /** Twice the time between two ticks: a leader that counts wrongly expires nothing early. */
  static final long LARGEST_STEP_MILLIS = 20_000;

  private final CommandContext context;

  ClusterTime(CommandContext context) {
    this.context = context;
  }

  /** Cluster time of a state, in milliseconds. */
  static long of(Rows rows) {
    return rows.get(Tables.META, Meta.CLUSTER_TIME).orElse(0L);
  }

  Outcome tick(Tick tick) {
    long step = Math.clamp(tick.getElapsedMs(), 0, LARGEST_STEP_MILLIS);
    context.rows().put(Tables.META, Meta.CLUSTER_TIME, context.now() + step);
    return Outcome.ACCEPTED;
  }
}

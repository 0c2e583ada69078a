package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.copies.Reviews;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Bootstrap;
import dev.meridian.proto.log.RenewCluster;
import dev.meridian.proto.log.Tick;
import dev.meridian.proto.store.ClusterRecord;
import dev.meridian.proto.store.RegionRecord;

/** The cluster itself, and the clock of all that expires in apply: state, moved by ticks. */
final class ClusterCommands {

  /** Twice the time between two ticks: a leader that counts wrongly expires nothing early. */
  static final long LARGEST_STEP_MILLIS = 20_000;

  private final CommandContext context;

  ClusterCommands(CommandContext context) {
    this.context = context;
  }

  /** The first one counts; several servers may try. */
  Outcome bootstrap(Bootstrap command) {
    if (!context.rows().contains(Tables.CLUSTER, Nothing.NOTHING)) {
      put(
          ClusterRecord.newBuilder()
              .setClusterId(command.getClusterId())
              .setClusterName(command.getClusterName())
              .setUploadKey(command.getUploadKey())
              .build());
    }
    return Outcome.ACCEPTED;
  }

  /**
   * A cluster that is restored from a backup gets an id of its own. The nodes were those of the
   * other; those that are here join again.
   */
  Outcome renew(RenewCluster command) {
    context
        .rows()
        .get(Tables.CLUSTER, Nothing.NOTHING)
        .ifPresent(cluster -> {
          put(cluster.toBuilder().setClusterId(command.getClusterId()).build());
          context.rows().scan(Tables.NODES, Tables.NODES.all(), Integer.MAX_VALUE).stream()
              .map(Row::key)
              .forEach(node -> context.rows().delete(Tables.NODES, node));
          forgetServers();
          forgetSigningKeys();
          new Reviews(context).begin();
        });
    return Outcome.ACCEPTED;
  }

  /** The servers of the cluster that was backed up may run beside this one. */
  private void forgetServers() {
    for (Row<RegionId, RegionRecord> region :
        context.rows().scan(Tables.REGIONS, Tables.REGIONS.all(), Integer.MAX_VALUE)) {
      context
          .rows()
          .put(Tables.REGIONS, region.key(), region.value().toBuilder().clearGrpcAddress().build());
    }
  }

  /** Tokens of the cluster that was backed up are not good in this one; the leader makes a key. */
  private void forgetSigningKeys() {
    context.rows().scan(Tables.SIGNING_KEYS, Tables.SIGNING_KEYS.all(), Integer.MAX_VALUE).stream()
        .map(Row::key)
        .forEach(key -> context.rows().delete(Tables.SIGNING_KEYS, key));
  }

  Outcome tick(Tick tick) {
    long step = Math.clamp(tick.getElapsedMs(), 0, LARGEST_STEP_MILLIS);
    context.rows().put(Tables.META, Meta.CLUSTER_TIME, context.now() + step);
    return Outcome.ACCEPTED;
  }

  private void put(ClusterRecord cluster) {
    context.rows().put(Tables.CLUSTER, Nothing.NOTHING, cluster);
  }
}

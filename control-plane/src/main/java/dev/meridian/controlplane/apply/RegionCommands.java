package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.proto.log.Bootstrap;
import dev.meridian.proto.log.JoinNode;
import dev.meridian.proto.log.LeaveNode;
import dev.meridian.proto.store.ClusterRecord;
import dev.meridian.proto.store.NodeRecord;

/** The cluster itself, and the nodes of its regions. */
final class RegionCommands {

  private final CommandContext context;

  RegionCommands(CommandContext context) {
    this.context = context;
  }

  /** The first one counts; several servers may try. */
  Outcome bootstrap(Bootstrap command) {
    if (!context.rows().contains(Tables.CLUSTER, Nothing.NOTHING)) {
      context
          .rows()
          .put(
              Tables.CLUSTER,
              Nothing.NOTHING,
              ClusterRecord.newBuilder()
                  .setClusterId(command.getClusterId())
                  .setClusterName(command.getClusterName())
                  .setUploadKey(command.getUploadKey())
                  .build());
    }
    return Outcome.ACCEPTED;
  }

  /** A node that joins again keeps its place with its new address. */
  Outcome join(JoinNode command) {
    long joined =
        context
            .rows()
            .get(Tables.NODES, command.getNodeId())
            .map(NodeRecord::getJoinedMs)
            .orElseGet(context::now);
    context
        .rows()
        .put(
            Tables.NODES,
            command.getNodeId(),
            NodeRecord.newBuilder()
                .setRegion(command.getRegion())
                .setInternalAddress(command.getInternalAddress())
                .setJoinedMs(joined)
                .setServer(command.getServer())
                .build());
    return Outcome.ACCEPTED;
  }

  /** Nothing happens when the node is gone already. */
  Outcome leave(LeaveNode command) {
    context.rows().delete(Tables.NODES, command.getNodeId());
    return Outcome.ACCEPTED;
  }
}

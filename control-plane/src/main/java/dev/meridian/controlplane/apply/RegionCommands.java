package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.apply.copies.PolicyCommands;
import dev.meridian.controlplane.apply.copies.Reviews;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.AnnounceRegion;
import dev.meridian.proto.log.DrainNode;
import dev.meridian.proto.log.DrainRegion;
import dev.meridian.proto.log.JoinNode;
import dev.meridian.proto.log.LeaveNode;
import dev.meridian.proto.log.PauseReplication;
import dev.meridian.proto.log.PurgeRegion;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RemoveRegion;
import dev.meridian.proto.store.DoomedRecord;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.RegionRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Regions and their nodes. A region has a row when its metadata server has announced itself, when
 * it was drained, and while it is being removed; one of nodes alone needs none.
 */
final class RegionCommands {

  private final CommandContext context;
  private final Blobs blobs;
  private final Reviews reviews;

  RegionCommands(CommandContext context) {
    this.context = context;
    this.blobs = new Blobs(context);
    this.reviews = new Reviews(context);
  }

  /**
   * A region that announces itself is not removed any more; what was purged stays so. From now on
   * policies that name all regions name it too.
   */
  Outcome announce(AnnounceRegion command) {
    RegionId region = RegionId.parse(command.getRegion());
    RegionRecord before =
        find(region).filter(row -> !row.getRemoved()).orElseGet(RegionRecord::getDefaultInstance);
    put(region, before.toBuilder().setGrpcAddress(command.getGrpcAddress()));
    if (before.getGrpcAddress().isEmpty()) {
      reviews.begin();
    }
    return Outcome.ACCEPTED;
  }

  Outcome drain(DrainRegion command) {
    return change(RegionId.parse(command.getRegion()), row -> row.setDrained(command.getDrained()));
  }

  Outcome pause(PauseReplication command) {
    return change(
        RegionId.parse(command.getRegion()), row -> row.setReplicationPaused(command.getPaused()));
  }

  /** Rejects when the region is not there. */
  private Outcome change(RegionId region, Consumer<RegionRecord.Builder> change) {
    Optional<RegionRecord> row = find(region);
    boolean known = row.isPresent() ? !row.get().getRemoved() : !nodesOf(region).isEmpty();
    if (!known) {
      return Outcome.rejected(Rejection.regionUnknown(region));
    }
    RegionRecord.Builder changed = row.orElseGet(RegionRecord::getDefaultInstance).toBuilder();
    change.accept(changed);
    put(region, changed);
    return Outcome.ACCEPTED;
  }

  /**
   * Only a region that has no nodes, and that no policy needs; its placements are purged by
   * commands that follow.
   */
  Outcome remove(RemoveRegion command) {
    RegionId region = RegionId.parse(command.getRegion());
    List<String> nodes = nodesOf(region);
    if (!nodes.isEmpty()) {
      return Outcome.rejected(
          new Rejection(
              RejectionCode.IN_USE,
              "region " + region + " has " + nodes.size() + " nodes, such as " + nodes.getFirst(),
              nodes));
    }
    Optional<RegionRecord> row = find(region);
    if (row.isEmpty()
        && !context.rows().hasAny(Tables.OBJECTS, ObjectKey.in(region, ""))
        && !context.rows().hasAny(Tables.DOOMED, ObjectKey.in(region, ""))) {
      return Outcome.rejected(Rejection.regionUnknown(region));
    }
    Optional<Rejection> brokenPolicy =
        command.getKeepsPolicies()
            ? new PolicyCommands(context).brokenWithout(region)
            : Optional.empty();
    if (brokenPolicy.isPresent()) {
      return Outcome.rejected(brokenPolicy.get());
    }
    if (row.filter(RegionRecord::getRemoved).isEmpty()) {
      put(region, RegionRecord.newBuilder().setRemoved(true));
      reviews.begin();
    }
    return Outcome.ACCEPTED;
  }

  /** Nothing happens when the region is back, or when all is cleared already. */
  Outcome purge(PurgeRegion command) {
    RegionId region = RegionId.parse(command.getRegion());
    find(region)
        .filter(RegionRecord::getRemoved)
        .ifPresent(row ->
            Purge.advance(context, steps(region), row.getCursor())
                .ifPresentOrElse(
                    cursor -> put(region, row.toBuilder().setCursor(cursor)),
                    () -> context.rows().delete(Tables.REGIONS, region)));
    return Outcome.ACCEPTED;
  }

  /** A node that joins again keeps its place with its new address. */
  Outcome join(JoinNode command) {
    Optional<NodeRecord> before = context.rows().get(Tables.NODES, command.getNodeId());
    context
        .rows()
        .put(
            Tables.NODES,
            command.getNodeId(),
            NodeRecord.newBuilder()
                .setRegion(command.getRegion())
                .setInternalAddress(command.getInternalAddress())
                .setJoinedMs(before.map(NodeRecord::getJoinedMs).orElseGet(context::now))
                .setServer(command.getServer())
                .setDrained(before.map(NodeRecord::getDrained).orElse(false))
                .setPublicUrl(command.getPublicUrl())
                .build());
    return Outcome.ACCEPTED;
  }

  /** Nothing happens when the node is gone already. */
  Outcome leave(LeaveNode command) {
    context.rows().delete(Tables.NODES, command.getNodeId());
    return Outcome.ACCEPTED;
  }

  Outcome drain(DrainNode command) {
    Optional<NodeRecord> node = context.rows().get(Tables.NODES, command.getNodeId());
    if (node.isEmpty()) {
      return Outcome.rejected(
          RejectionCode.NODE_UNKNOWN,
          "node " + command.getNodeId() + " is not in the cluster",
          command.getNodeId());
    }
    context
        .rows()
        .put(
            Tables.NODES,
            command.getNodeId(),
            node.get().toBuilder().setDrained(command.getDrained()).build());
    return Outcome.ACCEPTED;
  }

  private List<Purge.Step<?, ?>> steps(RegionId region) {
    return List.of(
        new Purge.Step<>(Tables.OBJECTS, ObjectKey.in(region, ""), this::removePlacement),
        new Purge.Step<>(Tables.DOOMED, ObjectKey.in(region, ""), this::forgetDoomed),
        new Purge.Step<>(Tables.MISSING, MissingKey.in(region), this::forgetMissing));
  }

  private int removePlacement(Row<ObjectKey, Digest> row) {
    context.rows().delete(Tables.OBJECTS, row.key());
    blobs.forget(row.value(), row.key().region());
    return 2;
  }

  private int forgetMissing(Row<MissingKey, MissingRecord> row) {
    blobs.forget(row.key().digest(), row.key().region());
    return 2;
  }

  private int forgetDoomed(Row<ObjectKey, DoomedRecord> row) {
    context.rows().delete(Tables.DOOMED, row.key());
    return 1;
  }

  private Optional<RegionRecord> find(RegionId region) {
    return context.rows().get(Tables.REGIONS, region);
  }

  private void put(RegionId region, RegionRecord.Builder row) {
    context.rows().put(Tables.REGIONS, region, row.build());
  }

  private List<String> nodesOf(RegionId region) {
    return context.rows().scan(Tables.NODES, Tables.NODES.all(), Integer.MAX_VALUE).stream()
        .filter(node -> node.value().getRegion().equals(region.value()))
        .map(Row::key)
        .toList();
  }
}

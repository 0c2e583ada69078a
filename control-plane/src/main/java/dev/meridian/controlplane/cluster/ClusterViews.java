package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.NodeInfo;
import dev.meridian.proto.metadata.RegionInfo;
import dev.meridian.proto.metadata.SigningKey;
import dev.meridian.proto.store.ClusterRecord;
import java.util.Optional;

/** The cluster as this server's store has it. */
final class ClusterViews {

  private final LiveDatabase live;
  private final RegionId server;

  /**
   * @param server region of this server
   */
  ClusterViews(LiveDatabase live, RegionId server) {
    this.live = live;
    this.server = server;
  }

  /**
   * Empty until the cluster was bootstrapped and this server has announced itself: a node that is
   * ready is in a region that commands know.
   */
  Optional<ClusterView> current() {
    LiveDatabase.Answer<Optional<ClusterView.Builder>> answer =
        live.query(queries ->
            queries
                .cluster()
                .filter(cluster -> isAnnounced(queries))
                .map(cluster -> view(queries, cluster)));
    return answer.value().map(view -> view.setRevision(answer.revision()).build());
  }

  private boolean isAnnounced(Queries queries) {
    return queries.forOperators().regions().stream()
        .anyMatch(found -> found.region().equals(server) && !found.grpcAddress().isEmpty());
  }

  private static ClusterView.Builder view(Queries queries, ClusterRecord cluster) {
    ClusterView.Builder view =
        ClusterView.newBuilder()
            .setClusterId(cluster.getClusterId())
            .setClusterTimeMs(queries.clusterTimeMillis())
            .addUploadKeys(cluster.getUploadKey());
    queries
        .nodes()
        .forEach(node ->
            view.addNodes(
                NodeInfo.newBuilder()
                    .setNodeId(node.nodeId())
                    .setRegion(node.region().value())
                    .setInternalAddress(node.internalAddress())
                    .setDrained(node.drained())));
    queries
        .forOperators()
        .regions()
        .forEach(region ->
            view.addRegions(
                RegionInfo.newBuilder()
                    .setRegion(region.region().value())
                    .setPublicUrl(region.publicUrl())));
    queries
        .forAccess()
        .signingKeys()
        .forEach(key ->
            view.addSigningKeys(
                SigningKey.newBuilder()
                    .setId(key.id())
                    .setPrivateKey(key.key().getPrivateKey())
                    .setPublicKey(key.key().getPublicKey())
                    .setActiveFromMs(key.key().getActiveFromMs())));
    queries.drainedRegions().forEach(region -> view.addDrainedRegions(region.value()));
    return view;
  }

  /** Whether both describe the same nodes, regions and keys; time and revision always differ. */
  static boolean sameCluster(ClusterView one, ClusterView other) {
    return one.getClusterId().equals(other.getClusterId())
        && one.getNodesList().equals(other.getNodesList())
        && one.getRegionsList().equals(other.getRegionsList())
        && one.getDrainedRegionsList().equals(other.getDrainedRegionsList())
        && one.getSigningKeysList().equals(other.getSigningKeysList())
        && one.getUploadKeysList().equals(other.getUploadKeysList());
  }
}

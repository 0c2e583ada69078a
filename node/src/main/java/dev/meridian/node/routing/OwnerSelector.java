package dev.meridian.node.routing;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which node of this region does what only one of them should do. Nodes may disagree for a while
 * when one has just come, gone or been drained; then the work is done twice, never not at all.
 */
public final class OwnerSelector {

  private final RegionMap regions;
  private final String self;

  /**
   * @param self id of this node
   */
  public OwnerSelector(RegionMap regions, String self) {
    this.regions = regions;
    this.self = self;
  }

  /** Another node that owns this blob in this region; empty when this node does. */
  public Optional<PeerNode> otherOwner(Digest digest) {
    List<PeerNode> nodes = regions.nodesIn(regions.own());
    return pick(nodes, digest.toString())
        .filter(owner -> !owner.equals(self))
        .flatMap(owner -> nodes.stream().filter(node -> node.nodeId().equals(owner)).findFirst());
  }

  /** The nodes of another region, the one that owns this blob there first; empty: it has none. */
  public List<PeerNode> ownerFirst(RegionId region, Digest digest) {
    List<PeerNode> nodes = regions.nodesIn(region);
    Optional<String> owner = pick(nodes, digest.toString());
    return nodes.stream()
        .sorted(Comparator.comparing(node -> !owner.equals(Optional.of(node.nodeId()))))
        .toList();
  }

  /** Whether this node does the region's work on this key. */
  public boolean owns(String key) {
    return pick(regions.nodesIn(regions.own()), key).map(self::equals).orElse(true);
  }

  /** The same for all nodes of the cluster, by those that are live now. */
  public ClusterOwners inCluster() {
    return new ClusterOwners(regions.nodes(), self);
  }

  private static Optional<String> pick(List<PeerNode> nodes, String key) {
    return RendezvousHash.pick(nodes.stream().map(PeerNode::nodeId).toList(), key);
  }
}

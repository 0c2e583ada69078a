package dev.meridian.node.routing;

import java.util.List;
import java.util.Optional;

/**
 * Which node of the whole cluster does what only one of them should do, by the nodes that were live
 * at one moment.
 *
 * @param nodes of all regions, drained ones too
 * @param self id of this node, which need not be among them yet
 */
public record ClusterOwners(List<PeerNode> nodes, String self) {

  public ClusterOwners {
    nodes = List.copyOf(nodes);
  }

  /** The node that owns this key; empty when no node is known. */
  public Optional<PeerNode> owner(String key) {
    return pick(nodes, key);
  }

  /** The node that owns this key when its owner goes; empty when there is no other. */
  public Optional<PeerNode> successor(String key, PeerNode owner) {
    return pick(nodes.stream().filter(node -> !node.equals(owner)).toList(), key);
  }

  /** Whether the node was live. */
  public boolean isLive(String nodeId) {
    return nodes.stream().anyMatch(node -> node.nodeId().equals(nodeId));
  }

  private static Optional<PeerNode> pick(List<PeerNode> nodes, String key) {
    return RendezvousHash.pick(nodes.stream().map(PeerNode::nodeId).toList(), key)
        .flatMap(id -> nodes.stream().filter(node -> node.nodeId().equals(id)).findFirst());
  }
}

package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** The regions and their live nodes, as the metadata plane last described them. */
public final class RegionMap {

  private final RegionId own;
  private final Supplier<Membership> membership;

  public RegionMap(RegionId own, Supplier<Membership> membership) {
    this.own = own;
    this.membership = membership;
  }

  /** The region of this node. */
  public RegionId own() {
    return own;
  }

  /** The live nodes of a region, in the order in which the metadata plane names them. */
  public List<PeerNode> nodesIn(RegionId region) {
    return membership.get().nodesIn(region).stream().map(PeerNode::of).toList();
  }

  /** The same in random order, so that the load spreads. */
  public List<PeerNode> shuffledNodesIn(RegionId region) {
    List<PeerNode> nodes = new ArrayList<>(nodesIn(region));
    Collections.shuffle(nodes);
    return nodes;
  }

  /** The other regions that have live nodes, in order of their names. */
  public List<RegionId> others() {
    return membership.get().nodes().stream()
        .map(Membership.Member::region)
        .filter(region -> !region.equals(own))
        .distinct()
        .sorted()
        .toList();
  }
}

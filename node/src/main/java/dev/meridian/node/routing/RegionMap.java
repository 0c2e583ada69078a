package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

  /**
   * The live nodes of a region, in the order in which the metadata plane names them; those that are
   * drained only where there is no other.
   */
  public List<PeerNode> nodesIn(RegionId region) {
    List<Membership.Member> live = membership.get().nodesIn(region);
    List<Membership.Member> working = live.stream().filter(node -> !node.drained()).toList();
    return (working.isEmpty() ? live : working).stream().map(PeerNode::of).toList();
  }

  /** The same in random order, so that the load spreads. */
  public List<PeerNode> shuffledNodesIn(RegionId region) {
    List<PeerNode> nodes = new ArrayList<>(nodesIn(region));
    Collections.shuffle(nodes);
    return nodes;
  }

  /**
   * Which regions to turn to first: by name while distances are not known; last those that are
   * drained, or whose nodes all are.
   */
  public Comparator<RegionId> preference() {
    return Comparator.comparing(this::isDrained).thenComparing(Comparator.naturalOrder());
  }

  private boolean isDrained(RegionId region) {
    Membership cluster = membership.get();
    return cluster.drainedRegions().contains(region)
        || cluster.nodesIn(region).stream().allMatch(Membership.Member::drained);
  }

  /** The other regions that have live nodes, in order of {@link #preference}. */
  public List<RegionId> others() {
    return membership.get().nodes().stream()
        .map(Membership.Member::region)
        .filter(region -> !region.equals(own))
        .distinct()
        .sorted(preference())
        .toList();
  }
}

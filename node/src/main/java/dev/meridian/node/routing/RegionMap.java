package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The regions and their live nodes, as the metadata plane last described them, and how far they
 * are.
 */
public final class RegionMap {

  private final RegionId own;
  private final Supplier<Membership> membership;
  private final Supplier<Map<RegionId, Duration>> distances;

  /**
   * @param distances round trips to other regions, as far as they are known
   */
  public RegionMap(
      RegionId own, Supplier<Membership> membership, Supplier<Map<RegionId, Duration>> distances) {
    this.own = own;
    this.membership = membership;
    this.distances = distances;
  }

  /** One in which all regions are equally far. */
  public RegionMap(RegionId own, Supplier<Membership> membership) {
    this(own, membership, Map::of);
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

  /** The live nodes of all regions, drained ones too. */
  public List<PeerNode> nodes() {
    return membership.get().nodes().stream().map(PeerNode::of).toList();
  }

  /**
   * Which regions to turn to first: the nearest, those at no known distance after them, by name
   * where that does not decide; last those that take no clients. What is known now counts, so that
   * one comparator orders everything the same way.
   */
  public Comparator<RegionId> preference() {
    Membership cluster = membership.get();
    Map<RegionId, Duration> known = distances.get();
    return Comparator.comparing((RegionId region) -> isDrained(cluster, region))
        .thenComparing(known::get, Comparator.nullsLast(Comparator.naturalOrder()))
        .thenComparing(Comparator.naturalOrder());
  }

  /** Whether clients may be sent there: it is not drained and has a live node that is not. */
  public boolean takesClients(RegionId region) {
    return !isDrained(membership.get(), region);
  }

  /** Where clients of other regions reach the nodes of this one; empty when it does not say. */
  public Optional<URI> publicUrl(RegionId region) {
    return Optional.ofNullable(membership.get().publicUrls().get(region));
  }

  private static boolean isDrained(Membership cluster, RegionId region) {
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

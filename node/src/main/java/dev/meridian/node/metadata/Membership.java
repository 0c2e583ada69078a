package dev.meridian.node.metadata;

import dev.meridian.model.RegionId;
import java.util.List;
import java.util.Set;

/**
 * The cluster as the metadata plane last described it.
 *
 * @param clusterId of {@code Meridian-Revision}
 * @param clusterTimeMillis cluster time when the description came
 * @param uploadKeys sign upload tokens, the newest first; tokens under any of them are good
 * @param drainedRegions those that clients are not to be sent to
 */
public record Membership(
    String clusterId,
    long clusterTimeMillis,
    List<Member> nodes,
    List<byte[]> uploadKeys,
    Set<RegionId> drainedRegions) {

  public Membership {
    nodes = List.copyOf(nodes);
    uploadKeys = List.copyOf(uploadKeys);
    drainedRegions = Set.copyOf(drainedRegions);
  }

  /**
   * A live node.
   *
   * @param internalAddress host:port of its internal listener
   * @param drained an operator wants it to take no new work
   */
  public record Member(String nodeId, RegionId region, String internalAddress, boolean drained) {

    /** One that is not drained. */
    public Member(String nodeId, RegionId region, String internalAddress) {
      this(nodeId, region, internalAddress, false);
    }
  }

  /** The live nodes of a region. */
  public List<Member> nodesIn(RegionId region) {
    return nodes.stream().filter(node -> node.region().equals(region)).toList();
  }
}

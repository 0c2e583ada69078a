package dev.meridian.node.metadata;

import dev.meridian.model.RegionId;
import java.util.List;

/**
 * The cluster as the metadata plane last described it.
 *
 * @param clusterId of {@code Meridian-Revision}
 * @param clusterTimeMillis cluster time when the description came
 * @param uploadKeys sign upload tokens, the newest first; tokens under any of them are good
 */
public record Membership(
    String clusterId, long clusterTimeMillis, List<Member> nodes, List<byte[]> uploadKeys) {

  public Membership {
    nodes = List.copyOf(nodes);
    uploadKeys = List.copyOf(uploadKeys);
  }

  /** A live node. The address is host:port of its internal listener. */
  public record Member(String nodeId, RegionId region, String internalAddress) {}

  /** The live nodes of a region. */
  public List<Member> nodesIn(RegionId region) {
    return nodes.stream().filter(node -> node.region().equals(region)).toList();
  }
}

package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;

/** A live node and where its internal listener is. */
public record PeerNode(String nodeId, RegionId region, String host, int port) {

  static PeerNode of(Membership.Member member) {
    String address = member.internalAddress();
    int colon = address.lastIndexOf(':');
    try {
      return new PeerNode(
          member.nodeId(),
          member.region(),
          address.substring(0, colon).replaceAll("[\\[\\]]", ""),
          Integer.parseInt(address.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "internal address \""
              + address
              + "\" of node "
              + member.nodeId()
              + ": expected host:port",
          e);
    }
  }

  @Override
  public String toString() {
    return "node " + nodeId + " of " + region + " at " + host + ":" + port;
  }
}

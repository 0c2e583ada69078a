package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import inet.ipaddr.IPAddress;
import inet.ipaddr.format.util.DualIPv4v6AssociativeTries;
import java.util.Map;
import java.util.Optional;

/** In which region the addresses of some networks are: of several networks the smallest counts. */
final class NetworkTable {

  private final DualIPv4v6AssociativeTries<RegionId> regions = new DualIPv4v6AssociativeTries<>();

  NetworkTable(Map<Network, RegionId> networks) {
    networks.forEach((network, region) -> regions.put(network.block(), region));
  }

  /** The region of an address; empty when no network holds it. */
  Optional<RegionId> regionOf(IPAddress address) {
    return Optional.ofNullable(regions.longestPrefixMatchNode(address))
        .map(node -> node.getValue());
  }
}

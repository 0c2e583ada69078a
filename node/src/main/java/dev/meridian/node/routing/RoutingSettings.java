package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a node tells where its clients are.
 *
 * @param header which trusted load balancers set to the name of the client's region
 * @param trusted networks of load balancers; headers of others say nothing
 * @param networks of clients and the regions that they are in
 * @param database file in MaxMind's format that tells the coordinates of addresses
 * @param coordinates of the regions; needed with a database
 */
public record RoutingSettings(
    Optional<String> header,
    List<Network> trusted,
    Map<Network, RegionId> networks,
    Optional<Path> database,
    Map<RegionId, Coordinates> coordinates) {

  /** Nothing is known of clients: all are in the region of the node that they ask. */
  public static final RoutingSettings NONE =
      new RoutingSettings(Optional.empty(), List.of(), Map.of(), Optional.empty(), Map.of());

  public RoutingSettings {
    trusted = List.copyOf(trusted);
    networks = Map.copyOf(networks);
    coordinates = Map.copyOf(coordinates);
  }
}

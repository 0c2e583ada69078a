package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import inet.ipaddr.IPAddress;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which region a client is, or to which it is nearest: what a trusted load balancer says of it,
 * else the configured network that its address is in, else the region that is nearest to where a
 * database has the address, else the region of this node. Pure but for the database.
 */
public final class ClientLocator {

  private static final Logger LOG = LoggerFactory.getLogger(ClientLocator.class);

  private final RegionId own;
  private final RoutingSettings settings;
  private final ClientAddresses addresses;
  private final NetworkTable networks;
  private final Function<InetAddress, Optional<Coordinates>> database;

  /**
   * @param own region of this node
   * @param database where an address is, as far as it is known
   */
  public ClientLocator(
      RegionId own,
      RoutingSettings settings,
      Function<InetAddress, Optional<Coordinates>> database) {
    this.own = own;
    this.settings = settings;
    this.addresses = new ClientAddresses(settings.trusted());
    this.networks = new NetworkTable(settings.networks());
    this.database = database;
  }

  /** The client's region; it need not be one of the cluster. */
  public RegionId locate(ClientOrigin client) {
    return named(client).or(() -> addresses.of(client).flatMap(this::regionOf)).orElse(own);
  }

  private Optional<RegionId> named(ClientOrigin client) {
    return settings
        .header()
        .filter(header -> addresses.isThroughTrusted(client))
        .flatMap(client.headers())
        .flatMap(ClientLocator::region);
  }

  private static Optional<RegionId> region(String header) {
    try {
      return Optional.of(RegionId.parse(header));
    } catch (IllegalArgumentException e) {
      LOG.debug("a load balancer names no region", e);
      return Optional.empty();
    }
  }

  private Optional<RegionId> regionOf(IPAddress address) {
    return networks
        .regionOf(address)
        .or(() -> database.apply(address.toInetAddress()).flatMap(this::nearest));
  }

  private Optional<RegionId> nearest(Coordinates client) {
    return settings.coordinates().keySet().stream()
        .min(
            Comparator.comparingDouble(
                    (RegionId region) -> settings.coordinates().get(region).kilometresTo(client))
                .thenComparing(Comparator.naturalOrder()));
  }
}

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
 * Where a client is: in the region that a trusted load balancer says, else in that of the
 * configured network that its address is in, else where a database has the address, else in the
 * region of this node. Pure but for the database.
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

  /** Where the client is, as far as that is known. */
  public ClientPlace locate(ClientOrigin client) {
    return named(client)
        .map(this::in)
        .or(() -> addresses.of(client).flatMap(this::placeOf))
        .orElseGet(() -> in(own));
  }

  private ClientPlace in(RegionId region) {
    return new ClientPlace(region, Optional.ofNullable(settings.coordinates().get(region)));
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

  private Optional<ClientPlace> placeOf(IPAddress address) {
    return networks
        .regionOf(address)
        .map(this::in)
        .or(() -> database.apply(address.toInetAddress()).flatMap(this::nearest));
  }

  private Optional<ClientPlace> nearest(Coordinates client) {
    return settings.coordinates().keySet().stream()
        .min(
            Comparator.comparingDouble(
                    (RegionId region) -> settings.coordinates().get(region).kilometresTo(client))
                .thenComparing(Comparator.naturalOrder()))
        .map(region -> new ClientPlace(region, Optional.of(client)));
  }
}

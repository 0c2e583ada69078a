package dev.meridian.node;

import dev.meridian.node.metadata.Membership;
import dev.meridian.node.redirect.RedirectPolicy;
import dev.meridian.node.routing.ClientLocator;
import dev.meridian.node.routing.Coordinates;
import dev.meridian.node.routing.GeoDatabase;
import dev.meridian.node.routing.Nearness;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RoutingSettings;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;

/** How a node tells where clients are, and where it sends them, as its settings say. */
final class ClientRouting {

  private ClientRouting() {}

  /** Tells where clients are; a database that it needs is closed with the node. */
  static ClientLocator locator(NodeConfig config, Closing closing) {
    RoutingSettings settings = config.routing().clients();
    return new ClientLocator(
        config.region(),
        settings,
        settings
            .database()
            .map(file -> closing.add("geographic database", GeoDatabase.open(file)))
            .<Function<InetAddress, Optional<Coordinates>>>map(database -> database::locate)
            .orElse(address -> Optional.empty()));
  }

  /** Tells which regions are near to clients. */
  static Nearness nearness(NodeConfig config, RegionDistances distances) {
    return new Nearness(config.region(), config.routing().clients().coordinates(), distances::from);
  }

  /** Where the node's region is, for those who list regions. */
  static Optional<Membership.Place> place(NodeConfig config) {
    return Optional.ofNullable(config.routing().clients().coordinates().get(config.region()))
        .map(place -> new Membership.Place(place.latitude(), place.longitude()));
  }

  /** Whether clients are sent to the region's storage. */
  static RedirectPolicy toStorage(NodeConfig config) {
    return switch (config.storage()) {
      case NodeConfig.Storage.Filesystem filesystem -> RedirectPolicy.NEVER;
      case NodeConfig.Storage.S3 s3 ->
          switch (config.routing().redirect()) {
            case ALWAYS -> RedirectPolicy.ALWAYS;
            case NEVER -> RedirectPolicy.NEVER;
            case AUTO -> RedirectPolicy.auto(config.http().host());
          };
    };
  }

  /** Whether clients are sent to a nearer region. */
  static RedirectPolicy toRegions(NodeConfig config) {
    return switch (config.routing().redirect()) {
      case ALWAYS -> RedirectPolicy.ALWAYS;
      case NEVER -> RedirectPolicy.NEVER;
      case AUTO -> RedirectPolicy.NO_LESS_SECURE;
    };
  }
}

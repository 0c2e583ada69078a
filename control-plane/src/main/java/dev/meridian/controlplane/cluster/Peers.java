package dev.meridian.controlplane.cluster;

import dev.meridian.model.RegionId;
import io.grpc.ChannelCredentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other metadata servers, by region. They are looked up anew all the time. Thread-safe. */
public final class Peers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  private final Supplier<Map<RegionId, String>> addresses;
  private final ClusterHeader header;
  private final ChannelCredentials credentials;
  private final Map<RegionId, PeerServer> servers = new ConcurrentHashMap<>();

  /**
   * @param addresses host:port of the others' gRPC services as they are at the moment
   * @param credentials how this server shows who it is, and knows them
   */
  public Peers(
      Supplier<Map<RegionId, String>> addresses,
      ClusterHeader header,
      ChannelCredentials credentials) {
    this.addresses = addresses;
    this.header = header;
    this.credentials = credentials;
  }

  /** Those that are known now. */
  public Map<RegionId, PeerServer> all() {
    Map<RegionId, String> now = addresses.get();
    servers.keySet().stream().filter(region -> !now.containsKey(region)).forEach(this::forget);
    now.forEach((region, address) ->
        servers.compute(
            region,
            (any, known) -> {
              if (known != null && known.address().equals(address)) {
                return known;
              }
              if (known != null) {
                log.info("the metadata server of {} has moved to {}", region, address);
                known.close();
              }
              return at(address);
            }));
    return Map.copyOf(servers);
  }

  private void forget(RegionId region) {
    PeerServer gone = servers.remove(region);
    if (gone != null) {
      gone.close();
    }
  }

  /** The one of a region, if there is one. */
  public Optional<PeerServer> of(RegionId region) {
    return Optional.ofNullable(all().get(region));
  }

  /** One that is not, or not yet, among the others; to be closed. */
  public PeerServer at(String address) {
    return new PeerServer(address, header, credentials);
  }

  @Override
  public void close() {
    List.copyOf(servers.keySet()).forEach(this::forget);
  }
}

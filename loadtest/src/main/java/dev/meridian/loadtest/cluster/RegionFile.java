package dev.meridian.loadtest.cluster;

import dev.meridian.loadtest.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the configuration file of a region. The other regions stand in it with ports of relays
 * that belong to this pair of regions; a Raft member keeps to the addresses of its file.
 */
record RegionFile(ClusterPlan plan, Map<String, RegionPorts> ports, Network network) {

  static final String CLUSTER = "loadtest";

  Path write(String region) throws IOException {
    List<String> peers = new ArrayList<>();
    for (String peer : plan.regions()) {
      peers.add(
          "{region: %s, raft: \"127.0.0.1:%d\", grpc: \"127.0.0.1:%d\"}"
              .formatted(
                  peer,
                  reach(region, peer, ports.get(peer).raft()),
                  reach(region, peer, ports.get(peer).grpc())));
    }
    RegionPorts own = ports.get(region);
    String text =
        """
        cluster: %1$s
        region: %2$s
        roles: [%12$s]
        data: "%3$s"
        http: {addr: "127.0.0.1:%4$d", draintimeout: 1s}
        internal: {addr: "127.0.0.1:%5$d", advertise: "127.0.0.1:%6$d"}
        metadata:
          addr: "127.0.0.1:%7$d"
          raft: {addr: "127.0.0.1:%8$d", roundtrip: %9$dms}
          peers: [%10$s]
        storage:
          filesystem: {rootdirectory: "%3$s/blobs"}
        reads: %11$s
        auth: {logins: off}
        log: {level: info, format: text}
        """
            .formatted(
                CLUSTER,
                region,
                plan.data(region),
                own.http(),
                own.internal(),
                network.reachFromElsewhere(region, own.internal()),
                own.grpc(),
                own.raft(),
                plan.roundTrip().toMillis(),
                String.join(", ", peers),
                reads(region),
                plan.withNodes() ? "control-plane, node" : "control-plane");
    return Files.writeString(plan.directory().resolve(region + ".yaml"), text);
  }

  private int reach(String from, String to, int port) throws IOException {
    return from.equals(to) ? port : network.reach(from, to, port);
  }

  private String reads(String region) {
    return Optional.ofNullable(plan.staleness().get(region))
        .map(Duration::toMillis)
        .map("{tags: bounded, staleness: %dms}"::formatted)
        .orElse("{tags: linearizable}");
  }
}

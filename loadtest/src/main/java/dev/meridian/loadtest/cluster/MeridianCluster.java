package dev.meridian.loadtest.cluster;

import dev.meridian.loadtest.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Meridian of several regions, each one process of its own, which reach each other only over a
 * {@link Network}. They end with this object, and with this process, also when that is told to
 * stop.
 */
public final class MeridianCluster implements AutoCloseable {

  /** What the cluster is called. */
  public static final String NAME = RegionFile.CLUSTER;

  /** Long enough for a launcher that builds first. */
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  private static final Duration LONGEST_ELECTION = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  private final Network network;
  private final List<RegionServer> servers = new ArrayList<>();
  private final RaftClient raft = new RaftClient(RegionFile.CLUSTER);
  private final Thread atExit = new Thread(this::endServers, "end of the regions");

  private MeridianCluster(Network network) {
    this.network = network;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts all regions and returns when they serve.
   *
   * @throws IOException when one does not; with the end of its log
   */
  public static MeridianCluster start(ClusterPlan plan) throws IOException {
    return start(plan, new Network(new HashSet<>(plan.regions())));
  }

  /**
   * The same without relays between the regions, which take time of processors; the network can be
   * neither slow nor cut.
   */
  public static MeridianCluster startDirect(ClusterPlan plan) throws IOException {
    return start(plan, Network.direct());
  }

  private static MeridianCluster start(ClusterPlan plan, Network network) throws IOException {
    MeridianCluster cluster = new MeridianCluster(network);
    try {
      cluster.prepare(plan);
      for (RegionServer server : cluster.servers) {
        server.start();
      }
      for (RegionServer server : cluster.servers) {
        server.awaitServing(LONGEST_START);
      }
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  private void prepare(ClusterPlan plan) throws IOException {
    Files.createDirectories(plan.directory());
    Map<String, RegionPorts> ports = new HashMap<>();
    List<Integer> free = FreePorts.find(4 * plan.regions().size());
    for (int i = 0; i < plan.regions().size(); i++) {
      List<Integer> own = free.subList(4 * i, 4 * i + 4);
      ports.put(
          plan.regions().get(i), new RegionPorts(own.get(0), own.get(1), own.get(2), own.get(3)));
    }
    RegionFile file = new RegionFile(plan, ports, network);
    for (String region : plan.regions()) {
      List<String> command = new ArrayList<>(plan.meridian());
      command.addAll(List.of("serve", "--config", file.write(region).toString()));
      Path log = plan.directory().resolve(region + ".log");
      servers.add(
          new RegionServer(
              region, command, plan.jvmFlags(), log, ports.get(region), plan.withNodes()));
    }
  }

  /** What connects the regions. */
  public Network network() {
    return network;
  }

  /** All regions, in the order of the plan. */
  public List<RegionServer> servers() {
    return List.copyOf(servers);
  }

  /**
   * The region that leads the metadata plane; waits through an election.
   *
   * @throws IOException when no region knows one for half a minute
   */
  public RegionServer leader() throws IOException {
    long end = System.nanoTime() + LONGEST_ELECTION.toNanos();
    while (true) {
      Optional<String> leader = raft.leader(servers);
      for (RegionServer server : servers) {
        if (leader.filter(server.region()::equals).isPresent()) {
          return server;
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "no region knows which one leads, for " + LONGEST_ELECTION.toSeconds() + " s");
      }
      Pause.of(BETWEEN_TRIES);
    }
  }

  /**
   * How many entries of its log a server would apply again if it started now: those that it applied
   * after its newest snapshot.
   *
   * @throws IOException when the server does not answer
   */
  public long entriesAfterSnapshot(RegionServer server) throws IOException {
    return raft.entriesAfterSnapshot(server);
  }

  /**
   * Lets a server take a snapshot of its metadata, and waits for it.
   *
   * @throws IOException when the server does not answer, or cannot take one
   */
  public void takeSnapshot(RegionServer server) throws IOException {
    raft.takeSnapshot(server);
  }

  private void endServers() {
    servers.forEach(RegionServer::close);
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(atExit);
    endServers();
    raft.close();
    network.close();
  }
}

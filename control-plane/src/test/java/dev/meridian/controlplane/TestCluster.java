package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.raft.RaftSettings;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three metadata servers in this process, on real sockets. */
public final class TestCluster implements AutoCloseable {

  static final List<String> REGIONS = List.of("us-east", "eu-west", "ap-south");

  private static final Logger log = LoggerFactory.getLogger(TestCluster.class);

  private final List<String> halts = new CopyOnWriteArrayList<>();
  private final Path root;
  private final String name;
  private final UnaryOperator<RaftSettings> tuning;
  private final List<ControlPlaneConfig.Peer> peers = new ArrayList<>();
  private final TestServer[] servers = new TestServer[REGIONS.size()];
  private boolean loginsRequired;

  /** None of them started. */
  public TestCluster(Path root, String name) {
    this(root, name, UnaryOperator.identity());
  }

  public TestCluster(Path root, String name, UnaryOperator<RaftSettings> tuning) {
    this.root = root;
    this.name = name;
    this.tuning = tuning;
    List<Integer> ports = freePorts(2 * REGIONS.size());
    for (int i = 0; i < REGIONS.size(); i++) {
      peers.add(
          new ControlPlaneConfig.Peer(
              RegionId.parse(REGIONS.get(i)),
              "127.0.0.1:" + ports.get(2 * i),
              "127.0.0.1:" + ports.get(2 * i + 1)));
    }
  }

  /** All started, with a leader and a founded cluster. */
  public static TestCluster started(Path root, String name) throws IOException {
    return started(new TestCluster(root, name));
  }

  /** As {@link #started(Path, String)}, with logins. */
  public static TestCluster startedWithLogins(Path root, String name) throws IOException {
    TestCluster cluster = new TestCluster(root, name);
    cluster.loginsRequired = true;
    return started(cluster);
  }

  private static TestCluster started(TestCluster cluster) throws IOException {
    for (int i = 0; i < REGIONS.size(); i++) {
      cluster.start(i);
    }
    int leader = cluster.awaitLeader();
    // The leader serves from its election on; that it also founds the cluster takes it a moment.
    eventually("the cluster is founded", () -> cluster.isFounded(leader));
    return cluster;
  }

  private boolean isFounded(int index) {
    return servers[index]
        .controlPlane()
        .raft()
        .live()
        .query(queries -> queries.cluster().isPresent())
        .value();
  }

  public TestServer start(int index) throws IOException {
    return start(index, this::halted);
  }

  /** Said at once, and once more when the test closes the cluster. */
  private void halted(String reason, Throwable cause) {
    log.error("a server would have halted: {}", reason, cause);
    halts.add(reason);
  }

  public TestServer start(int index, Halt halt) throws IOException {
    ControlPlaneConfig config = config(index);
    servers[index] = new TestServer(config, tuning.apply(ControlPlane.settings(config)), halt);
    return servers[index];
  }

  /** Settings of a server. */
  public ControlPlaneConfig config(int index) {
    ControlPlaneConfig.Peer self = peers.get(index);
    return new ControlPlaneConfig(
        name,
        self.region(),
        root.resolve(REGIONS.get(index)),
        self.grpcAddress(),
        self.raftAddress(),
        Duration.ofMillis(60),
        peers,
        Duration.ofHours(24),
        100,
        Optional.empty(),
        loginsRequired,
        Duration.ofMinutes(5));
  }

  public TestServer server(int index) {
    return servers[index];
  }

  public void stop(int index) {
    servers[index].close();
    servers[index] = null;
  }

  /** Waits until those that run agree on a leader that runs; its index. */
  public int awaitLeader() {
    AtomicInteger found = new AtomicInteger();
    eventually(
        "a leader",
        () -> {
          found.set(leader());
          return found.get() >= 0;
        });
    return found.get();
  }

  /** The leader as one server knows it, -1 while it knows none. */
  int leaderOf(int index) {
    return servers[index]
        .controlPlane()
        .status()
        .leader()
        .map(region -> REGIONS.indexOf(region.value()))
        .orElse(-1);
  }

  /** Index of a server that follows. */
  public int follower() {
    int leader = awaitLeader();
    for (int i = 0; i < servers.length; i++) {
      if (servers[i] != null && i != leader) {
        return i;
      }
    }
    throw new IllegalStateException("only the leader runs");
  }

  private int leader() {
    int found = -1;
    for (TestServer server : servers) {
      if (server != null) {
        String leader = server.controlPlane().status().leader().map(RegionId::value).orElse("none");
        int index = REGIONS.indexOf(leader);
        if (index < 0 || servers[index] == null || (found >= 0 && found != index)) {
          return -1;
        }
        found = index;
      }
    }
    return found;
  }

  static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new IllegalStateException("no free ports", e);
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < servers.length; i++) {
      if (servers[i] != null) {
        stop(i);
      }
    }
    assertThat(halts).isEmpty();
  }
}

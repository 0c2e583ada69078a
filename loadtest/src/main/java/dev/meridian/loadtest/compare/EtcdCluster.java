package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.FreePorts;
import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.commands.EtcdCommands;
import dev.meridian.loadtest.http.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members of etcd on the loopback interface, as they are by default: each write is synced.
 */
final class EtcdCluster implements AutoCloseable {

  static final String NAME = "etcd";

  private static final int MEMBERS = 3;
  private static final Duration LONGEST_ELECTION = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  // The default of 2 GiB may be reached by a long measurement; it bounds, and does not speed up.
  private static final long QUOTA_BYTES = 8L << 30;

  private final List<ServerProcess> members = new ArrayList<>();

  private EtcdCluster() {}

  /**
   * Starts all members and returns when one of them leads.
   *
   * @throws IOException when one does not start; with the end of its output
   */
  static EtcdCluster start(String executable, Path directory) throws IOException {
    EtcdCluster cluster = new EtcdCluster();
    try {
      cluster.launch(executable, directory);
      cluster.leader();
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  private void launch(String executable, Path directory) throws IOException {
    List<Integer> ports = FreePorts.find(2 * MEMBERS);
    List<String> peers =
        ports.subList(MEMBERS, 2 * MEMBERS).stream().map(EtcdCluster::url).toList();
    String all =
        IntStream.range(0, MEMBERS)
            .mapToObj(i -> "m" + i + "=" + peers.get(i))
            .collect(Collectors.joining(","));
    for (int i = 0; i < MEMBERS; i++) {
      Path own = Files.createDirectory(directory.resolve("m" + i));
      String client = url(ports.get(i));
      List<String> command =
          List.of(
              executable,
              "--name=m" + i,
              "--data-dir=" + own.resolve("data"),
              "--listen-client-urls=" + client,
              "--advertise-client-urls=" + client,
              "--listen-peer-urls=" + peers.get(i),
              "--initial-advertise-peer-urls=" + peers.get(i),
              "--initial-cluster=" + all,
              "--initial-cluster-state=new",
              "--logger=zap",
              "--log-level=error",
              "--quota-backend-bytes=" + QUOTA_BYTES);
      members.add(ServerProcess.launch(NAME, command, own, ports.get(i)));
    }
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /**
   * Where the member that leads answers; waits through an election.
   *
   * @throws IOException when a member has ended, or none leads for half a minute
   */
  Origin leader() throws IOException {
    long end = System.nanoTime() + LONGEST_ELECTION.toNanos();
    while (true) {
      Optional<Origin> leader =
          members.stream()
              .map(member -> member.target().origins().getFirst())
              .filter(EtcdCommands::leads)
              .findFirst();
      if (leader.isPresent()) {
        return leader.get();
      }
      for (ServerProcess member : members) {
        member.requireAlive();
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException("no member of etcd leads, for " + LONGEST_ELECTION);
      }
      Pause.of(BETWEEN_TRIES);
    }
  }

  /** All processes. */
  List<Long> pids() {
    return members.stream().flatMap(member -> member.target().pids().stream()).toList();
  }

  @Override
  public void close() {
    members.forEach(ServerProcess::close);
  }
}

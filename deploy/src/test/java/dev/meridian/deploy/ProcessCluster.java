package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of separate processes on this host, one a region, as {@code deploy/examples} has it.
 */
final class ProcessCluster implements AutoCloseable {

  static final List<String> REGIONS = List.of("us-east", "eu-west", "ap-south");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final DevPorts ports;
  private final IntFunction<String> further;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<RegistryClient> clients = new ArrayList<>();

  private ProcessCluster(Path directory, DevPorts ports, IntFunction<String> further) {
    this.directory = directory;
    this.ports = ports;
    this.further = further;
  }

  /** Starts three processes and returns when all of them read and write. */
  static ProcessCluster start(Path directory) throws Exception {
    return start(
        directory,
        region ->
            "storage: {filesystem: {rootdirectory: ./data/" + REGIONS.get(region) + "-blobs}}\n");
  }

  /**
   * The same with storage, and perhaps further settings, of its own for each region.
   *
   * @param further lines of a region's file
   */
  static ProcessCluster start(Path directory, IntFunction<String> further) throws Exception {
    ProcessCluster cluster = new ProcessCluster(directory, DevPorts.free(4), further);
    try {
      for (int region = 0; region < REGIONS.size(); region++) {
        Files.writeString(cluster.file(REGIONS.get(region)), cluster.settings(region, region));
        cluster.processes.add(cluster.serve(REGIONS.get(region)));
        cluster.clients.add(RegistryClient.of("http://" + cluster.ports.http(region)));
      }
      for (int region = 0; region < REGIONS.size(); region++) {
        cluster.awaitServing(region);
      }
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /**
   * Adds a node without a metadata server to the first region, on the same storage.
   *
   * @param further settings beside those that all have, as lines of its file
   */
  RegistryClient addNode(String further) throws Exception {
    int slot = REGIONS.size();
    Files.writeString(
        file("second-node"),
        settings(0, slot).replace("roles: [control-plane, node]", "roles: [node]") + further);
    processes.add(serve("second-node"));
    clients.add(RegistryClient.of("http://" + ports.http(slot)));
    awaitServing(slot);
    return clients.get(slot);
  }

  RegistryClient client(int region) {
    return clients.get(region);
  }

  void kill(int region) {
    processes.get(region).kill();
  }

  /** Starts the killed process of a region again. */
  void restart(int region) throws IOException {
    processes.set(region, serve(REGIONS.get(region)));
  }

  /** The same on a new disk: its metadata is gone, its blobs are there. */
  void restartWithoutMetadata(int region) throws IOException {
    try (Stream<Path> files = Files.walk(data(region))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    restart(region);
  }

  /** Where the metadata server of a region answers operators. */
  String grpc(int region) {
    return ports.grpc(region);
  }

  /** Where the blobs of a region are, while they are in a directory. */
  Path blobs(int region) {
    return directory.resolve("data").resolve(REGIONS.get(region) + "-blobs");
  }

  /** Returns when the process of a region answers reads that need a quorum. */
  void awaitServing(int region) throws Exception {
    Eventually.get(
        PATIENCE,
        () -> {
          assertThat(processes.get(region).isAlive()).as(log(region)).isTrue();
          assertThat(clients.get(region).status("/readyz")).isEqualTo(200);
          return assertThat(clients.get(region).status("/v2/_catalog?n=1")).isEqualTo(200);
        });
  }

  ChildProcess process(int region) {
    return processes.get(region);
  }

  private String log(int region) throws IOException {
    return processes.get(region).output();
  }

  private ChildProcess serve(String name) throws IOException {
    return ChildProcess.meridian(
        directory, directory.resolve(name + ".log"), "serve", "--config", file(name).toString());
  }

  private Path file(String name) {
    return directory.resolve(name + ".yaml");
  }

  /** The settings of a region's process. */
  Path file(int region) {
    return file(REGIONS.get(region));
  }

  /** Where a region's process keeps the log and the metadata. */
  Path data(int region) {
    return directory.resolve("data").resolve(REGIONS.get(region) + "-" + region);
  }

  private String settings(int region, int slot) {
    String name = REGIONS.get(region);
    String peers =
        IntStream.range(0, REGIONS.size())
            .mapToObj(i ->
                "{region: %s, raft: \"%s\", grpc: \"%s\"}"
                    .formatted(REGIONS.get(i), ports.raft(i), ports.grpc(i)))
            .collect(Collectors.joining(", "));
    return """
    cluster: test
    region: %s
    roles: [control-plane, node]
    data: ./data/%s-%d
    http: {addr: "%s", draintimeout: 2s}
    internal: {addr: "%s"}
    metadata:
      addr: "%s"
      raft: {addr: "%s", roundtrip: 50ms}
      peers: [%s]
    auth: {logins: off}
    log: {level: info, format: text}
    %s\
    """
        .formatted(
            name,
            name,
            slot,
            ports.http(slot),
            ports.internal(slot),
            ports.grpc(slot),
            ports.raft(slot),
            peers,
            further.apply(region));
  }

  @Override
  public void close() {
    clients.forEach(RegistryClient::close);
    for (ChildProcess process : processes) {
      process.close();
    }
  }
}

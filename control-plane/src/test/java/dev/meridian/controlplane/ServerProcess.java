package dev.meridian.controlplane;

import dev.meridian.controlplane.disk.Halt;
import dev.meridian.model.RegionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A metadata server in a process of its own, which a test may kill at any moment. */
final class ServerProcess {

  private ServerProcess() {}

  /** Starts the server of a cluster whose Raft settings are those of {@link CatchUpIT}. */
  static Process start(ControlPlaneConfig config, Path output) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ServerProcess.class.getName(),
                config.cluster(),
                config.region().value(),
                config.data().toString()));
    for (ControlPlaneConfig.Peer peer : config.peers()) {
      command.add(peer.region() + "/" + peer.raftAddress() + "/" + peer.grpcAddress());
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /** The cluster's name, the server's region, its directory, then the peers. Runs until killed. */
  public static void main(String... arguments) throws IOException {
    List<ControlPlaneConfig.Peer> peers = new ArrayList<>();
    for (String peer : List.of(arguments).subList(3, arguments.length)) {
      String[] parts = peer.split("/");
      peers.add(new ControlPlaneConfig.Peer(RegionId.parse(parts[0]), parts[1], parts[2]));
    }
    RegionId region = RegionId.parse(arguments[1]);
    ControlPlaneConfig.Peer self =
        peers.stream().filter(peer -> peer.region().equals(region)).findFirst().orElseThrow();
    ControlPlaneConfig config =
        new ControlPlaneConfig(
            arguments[0],
            region,
            Path.of(arguments[2]),
            self.grpcAddress(),
            self.raftAddress(),
            Duration.ofMillis(60),
            peers,
            Duration.ofHours(24),
            100,
            Optional.empty(),
            false,
            Duration.ofMinutes(5));
    new ControlPlane(
            config,
            CatchUpIT.tuned(ControlPlane.settings(config)),
            Halt.process(),
            announcement -> {},
            new SimpleMeterRegistry())
        .start();
  }
}

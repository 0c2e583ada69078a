package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/meridian} as a newcomer calls it, from any directory. */
class LauncherIT {

  private static final Path LAUNCHER = Path.of("bin/meridian").toAbsolutePath();

  @TempDir private Path directory;

  /** Whoever starts it first with this JVM waits until it has learnt to start quickly. */
  @BeforeAll
  static void startFirst(@TempDir Path elsewhere) throws Exception {
    try (ChildProcess first = launch(elsewhere, "dev", "--port", "none")) {
      assertThat(first.await(Duration.ofMinutes(3))).isEqualTo(2);
      assertThat(first.output())
          .contains("Invalid value for option '--port'")
          .doesNotContain("that failed");
    }
  }

  @Test
  void announcesEachRegionAndStopsOnASignal() throws Exception {
    DevPorts ports = DevPorts.free(2);
    String port = Integer.toString(ports.first());

    try (ChildProcess dev = launch("dev", "--port", port, "--regions", "north,south")) {
      Eventually.get(
          Duration.ofSeconds(60), () -> assertThat(dev.output()).contains("Meridian is ready\n"));

      assertThat(dev.output())
          .contains("region north ready at http://" + ports.http(0) + "\n")
          .contains("region south ready at http://" + ports.http(1) + "\n")
          .contains("podman push --tls-verify=false IMAGE " + ports.http(0) + "/demo/app:1");
      assertThat(directory.resolve("meridian-data/cluster")).exists();
      assertThat(dev.terminate(Duration.ofSeconds(60))).isZero();
      assertThat(dev.output()).as("a clean terminal").doesNotContain("WARN", "ERROR");
    }
  }

  @Test
  void refusesToStartOnPortsInUse() throws Exception {
    DevPorts ports = DevPorts.free(3);
    try (ServerSocket _ = new ServerSocket(ports.first(), 1, InetAddress.getByName("127.0.0.1"));
        ChildProcess dev = launch("dev", "--port", Integer.toString(ports.first()))) {
      assertThat(dev.await(Duration.ofSeconds(60))).isEqualTo(1);
      assertThat(dev.output())
          .isEqualTo(
              "port " + ports.first() + " of 127.0.0.1 is in use: choose others with --port\n");
    }
  }

  private ChildProcess launch(String... arguments) throws Exception {
    return launch(directory, arguments);
  }

  private static ChildProcess launch(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    return ChildProcess.start(command, directory, Map.of(), directory.resolve("output.txt"));
  }
}

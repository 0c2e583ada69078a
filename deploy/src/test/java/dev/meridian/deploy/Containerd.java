package dev.meridian.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A containerd that runs for one test only, and its client. */
record Containerd(ChildProcess daemon, Program ctr) implements AutoCloseable {

  static Containerd start(Path directory, String name) throws Exception {
    Path home = Files.createDirectory(directory.resolve(name));
    Path socket = home.resolve("s");
    Files.writeString(
        home.resolve("config.toml"),
        """
        version = 2
        root = "%s/root"
        state = "%s/state"
        disabled_plugins = ["io.containerd.grpc.v1.cri"]
        [grpc]
          address = "%s"
        """
            .formatted(home, home, socket));
    ChildProcess daemon =
        ChildProcess.start(
            List.of(
                Program.find("containerd").orElseThrow().toString(),
                "--config",
                home.resolve("config.toml").toString()),
            home,
            Map.of(),
            home.resolve("log"));
    Containerd containerd =
        new Containerd(
            daemon,
            Program.in(directory, "ctr", "--address", socket.toString(), "--namespace", "test"));
    Eventually.get(Duration.ofSeconds(20), () -> containerd.ctr().run("version"));
    return containerd;
  }

  @Override
  public void close() {
    daemon.close();
  }
}

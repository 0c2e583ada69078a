package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Meridian as one region in one process. */
record Meridian(String launcher) implements RegistryProgram {

  static final String NAME = "meridian";

  @Override
  public ServerProcess start(Path directory) throws IOException {
    List<Integer> ports = FreePorts.find(4);
    String config =
        """
        cluster: loadtest
        region: local
        roles: [control-plane, node]
        data: "%1$s/data"
        http: {addr: "127.0.0.1:%2$d"}
        internal: {addr: "127.0.0.1:%3$d"}
        metadata:
          addr: "127.0.0.1:%4$d"
          raft: {addr: "127.0.0.1:%5$d"}
          peers: [{region: local, raft: "127.0.0.1:%5$d", grpc: "127.0.0.1:%4$d"}]
        storage:
          filesystem: {rootdirectory: "%1$s/data/blobs"}
        auth: {logins: off}
        log: {level: warn}
        """
            .formatted(directory, ports.get(0), ports.get(1), ports.get(2), ports.get(3));
    Path file = Files.writeString(directory.resolve("config.yaml"), config);
    return ServerProcess.start(
        NAME, List.of(launcher, "serve", "--config", file.toString()), directory, ports.get(0));
  }
}

package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CNCF Distribution as Debian ships it, with the descriptor cache of Debian's configuration. Its
 * access log is off, so that it is not slowed by what the other does not do.
 */
record DockerRegistry(String executable) implements RegistryProgram {

  static final String NAME = "docker-registry";

  @Override
  public ServerProcess start(Path directory) throws IOException {
    int port = FreePorts.find(1).getFirst();
    String config =
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage:
          cache: {blobdescriptor: inmemory}
          filesystem: {rootdirectory: "%s"}
          delete: {enabled: true}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(directory.resolve("data"), port);
    Path file = Files.writeString(directory.resolve("config.yml"), config);
    return ServerProcess.start(
        NAME, List.of(executable, "serve", file.toString()), directory, port);
  }
}

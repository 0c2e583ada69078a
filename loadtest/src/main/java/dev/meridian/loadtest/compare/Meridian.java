package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Meridian as one region in one process. It answers {@code /v2/} before it takes pushes, so it has
 * started when it says that it is ready.
 */
record Meridian(List<String> command, Storage storage) implements RegistryProgram {

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
          %6$s
        auth: {logins: off}
        log: {level: warn}
        """
            .formatted(
                directory,
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3),
                storage(directory));
    Path file = Files.writeString(directory.resolve("config.yaml"), config);
    List<String> serve = new ArrayList<>(command);
    serve.addAll(List.of("serve", "--config", file.toString()));
    return ServerProcess.start(NAME, serve, directory, ports.get(0), "/readyz");
  }

  private String storage(Path directory) {
    return switch (storage) {
      case Storage.Files() ->
          "filesystem: {rootdirectory: \"%s\"}".formatted(directory.resolve("data/blobs"));
      case Storage.S3 s3 ->
          """
          s3: {regionendpoint: "%s", region: "%s", bucket: "%s", accesskey: "%s", secretkey: "%s", \
          secure: %b}\
          """
              .formatted(
                  s3.endpoint().authority(),
                  s3.region(),
                  s3.meridianBucket(),
                  s3.accessKey(),
                  s3.secretKey(),
                  s3.endpoint().secure());
    };
  }
}

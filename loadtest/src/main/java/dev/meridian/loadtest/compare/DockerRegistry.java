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
record DockerRegistry(String executable, Storage storage) implements RegistryProgram {

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
          %s
          delete: {enabled: true}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(storage(directory), port);
    Path file = Files.writeString(directory.resolve("config.yml"), config);
    return ServerProcess.start(
        NAME, List.of(executable, "serve", file.toString()), directory, port, "/v2/");
  }

  private String storage(Path directory) {
    return switch (storage) {
      case Storage.Files() ->
          "filesystem: {rootdirectory: \"%s\"}".formatted(directory.resolve("data"));
      case Storage.S3 s3 ->
          """
          s3: {regionendpoint: "%s", region: "%s", bucket: "%s", accesskey: "%s", secretkey: "%s", \
          secure: %b, forcepathstyle: true, rootdirectory: "/%s"}\
          """
              .formatted(
                  s3.endpoint(),
                  s3.region(),
                  s3.dockerBucket(),
                  s3.accessKey(),
                  s3.secretKey(),
                  s3.endpoint().secure(),
                  // Not what it pushed before: a blob that is there takes fewer requests.
                  directory.getParent().getFileName() + "-" + directory.getFileName());
    };
  }
}

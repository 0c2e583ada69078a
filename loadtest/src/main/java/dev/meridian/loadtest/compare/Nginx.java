package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx with sendfile: how fast files of this machine can be had by HTTP. */
record Nginx(String executable) implements RegistryProgram {

  static final String NAME = "nginx";

  /** Where what is served lies, by its path. */
  static Path root(Path directory) {
    return directory.resolve("root");
  }

  /**
   * Does nothing if it can be run.
   *
   * @throws IOException when it cannot
   */
  static void requireInstalled(String executable) throws IOException {
    try {
      new ProcessBuilder(executable, "-v")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new IOException(
          "nginx cannot be run, which the largest pull is compared with: expected --nginx to name"
              + " its executable",
          e);
    }
  }

  @Override
  public ServerProcess start(Path directory) throws IOException {
    int port = FreePorts.find(1).getFirst();
    // Its workers would be another user, who may not read here; only root's nginx changes users.
    String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
    String config =
        """
        daemon off;
        %1$s
        worker_processes auto;
        pid "%2$s/pid";
        error_log stderr error;
        events { worker_connections 1024; }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          client_body_temp_path "%2$s/body";
          proxy_temp_path "%2$s/proxy";
          fastcgi_temp_path "%2$s/fastcgi";
          uwsgi_temp_path "%2$s/uwsgi";
          scgi_temp_path "%2$s/scgi";
          server {
            listen 127.0.0.1:%3$d;
            root "%4$s";
            location = /v2/ { return 200; }
          }
        }
        """
            .formatted(user, directory, port, root(directory));
    Path file = Files.writeString(directory.resolve("nginx.conf"), config);
    return ServerProcess.start(
        NAME, List.of(executable, "-c", file.toString()), directory, port, "/v2/");
  }
}

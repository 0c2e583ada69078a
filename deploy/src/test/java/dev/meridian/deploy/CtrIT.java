package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kubernetes' way to pull: containerd; each one here has a content store of its own. */
@RequiresPrograms(
    value = {"ctr", "containerd", "tar"},
    asRoot = true)
@ExtendWith(SharedCluster.class)
class CtrIT {

  @TempDir private Path directory;

  @Test
  void movesImagesForTwoArchitectures(SharedCluster.Addresses regions) throws Exception {
    String digest = OciLayout.write(directory.resolve("image"), "amd64", "arm64");
    Program.in(directory, "tar").run("-C", "image", "-cf", "image.tar", ".");
    String here = regions.first() + "/ctr/app:latest";
    String there = regions.third() + "/ctr/app:latest";

    try (Containerd pusher = Containerd.start(directory, "p")) {
      pusher
          .ctr()
          .run(
              "images",
              "import",
              "--all-platforms",
              "--no-unpack",
              "--base-name",
              regions.first() + "/ctr/app",
              "image.tar");
      pusher.ctr().run("images", "push", "--plain-http", here);
    }
    try (Containerd puller = Containerd.start(directory, "q")) {
      puller.ctr().run("images", "pull", "--plain-http", "--all-platforms", there);

      assertThat(puller.ctr().run("images", "list", "name==" + there)).contains(digest);
    }
    try (RegistryClient client = RegistryClient.of("http://" + regions.second())) {
      assertThat(client.manifest("ctr/app", "latest")).contains("\"arm64\"");
    }
  }

  /** A containerd that runs for this test only. */
  private record Containerd(ChildProcess daemon, Program ctr) implements AutoCloseable {

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
}

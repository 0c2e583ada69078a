package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Docker's own client with the engine that {@code DOCKER_HOST} names. */
@RequiresPrograms({"docker", "$DOCKER_HOST"})
@ExtendWith(SharedCluster.class)
class DockerIT {

  private static final String LAYERS = "{{.RootFS.Layers}}";

  @TempDir private Path directory;

  private Program docker;

  @BeforeEach
  void prepare() {
    docker =
        new Program(
            directory,
            // Of the builders only the old one is in every engine.
            Map.of("DOCKER_BUILDKIT", "0", "DOCKER_CONFIG", directory.resolve("config").toString()),
            List.of("docker"));
  }

  @Test
  void pushesInOneRegionAndPullsInAnother(SharedCluster.Addresses regions) throws Exception {
    String here = regions.first() + "/docker/app:1";
    String there = regions.third() + "/docker/app:1";
    build(here, 3 << 20);
    String layers = inspect(here, LAYERS);

    docker.run("push", "-q", here);
    String digest = inspect(here, "{{index .RepoDigests 0}}").split("@")[1];
    docker.run("rmi", here);
    docker.run("pull", "-q", there);

    assertThat(inspect(there, LAYERS)).isEqualTo(layers);
    assertThat(inspect(there, "{{index .RepoDigests 0}}")).endsWith("@" + digest);
    docker.run("rmi", there);
  }

  @Test
  void mountsLayersFromAnotherRepository(SharedCluster.Addresses regions) throws Exception {
    String original = regions.first() + "/docker/original:1";
    String copy = regions.first() + "/docker/copy:1";
    build(original, 1 << 20);
    docker.run("push", original);
    docker.run("tag", original, copy);

    String progress = docker.run("push", copy);

    assertThat(progress).contains("Mounted from docker/original");
    docker.run("rmi", original, copy);
    docker.run("pull", "-q", copy);
    docker.run("rmi", copy);
  }

  @Test
  void movesImagesForTwoArchitectures(SharedCluster.Addresses regions) throws Exception {
    String index = regions.second() + "/docker/both:1";
    String amd64 = index + "-amd64";
    String arm64 = index + "-arm64";
    build(amd64, 1 << 20);
    build(arm64, 1 << 20);
    docker.run("push", "-q", amd64);
    docker.run("push", "-q", arm64);

    docker.run("manifest", "create", "--insecure", index, amd64, arm64);
    docker.run("manifest", "annotate", index, arm64, "--arch", "arm64");
    docker.run("manifest", "push", "--insecure", index);

    String there = regions.first() + "/docker/both:1";
    docker.run("pull", "-q", "--platform", "linux/arm64", there);
    assertThat(inspect(there, LAYERS)).isEqualTo(inspect(arm64, LAYERS));
    docker.run("rmi", there, amd64, arm64);
  }

  @Test
  void findsImages(SharedCluster.Addresses regions) throws Exception {
    String image = regions.first() + "/docker/wanted-two:1";
    build(image, 1 << 20);
    docker.run("push", "-q", image);
    docker.run("rmi", image);

    assertThat(docker.run("search", "--format", "{{.Name}}", regions.third() + "/wanted-t"))
        .isEqualTo("docker/wanted-two");
  }

  private void build(String name, int size) throws Exception {
    docker.run("build", "-q", "-t", name, BuildContext.of(directory, size).toString());
  }

  private String inspect(String image, String format) throws Exception {
    return docker.run("image", "inspect", "--format", format, image);
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What users of podman do; pusher and puller have stores of their own, so that bytes move. */
@RequiresPrograms("podman")
@ExtendWith(SharedCluster.class)
class PodmanIT {

  private static final String IMAGE = "localhost/image";

  @TempDir private Path directory;

  private Program pusher;
  private Program puller;

  @BeforeEach
  void prepareStores() {
    pusher = podman("1");
    puller = podman("2");
  }

  @Test
  void pushesInOneRegionAndPullsInAnother(SharedCluster.Addresses regions) throws Exception {
    build(IMAGE, 3 << 20);

    String digest = push(IMAGE, regions.first() + "/podman/app:1");

    assertThat(pull(regions.third() + "/podman/app:1")).isEqualTo(layers(pusher, IMAGE));
    assertThat(
            puller.run(
                "image", "inspect", "--format", "{{.Digest}}", regions.third() + "/podman/app:1"))
        .isEqualTo(digest);
  }

  @Test
  void movesImagesForTwoArchitectures(SharedCluster.Addresses regions) throws Exception {
    for (String architecture : new String[] {"amd64", "arm64"}) {
      pusher.run(
          "build",
          "-q",
          "--platform",
          "linux/" + architecture,
          "--manifest",
          "localhost/both",
          BuildContext.of(directory, 1 << 20).toString());
    }

    pusher.run(
        "manifest",
        "push",
        "--all",
        "--tls-verify=false",
        "localhost/both",
        "docker://" + regions.second() + "/podman/both:1");

    String image = regions.third() + "/podman/both:1";
    puller.run("pull", "-q", "--tls-verify=false", "--arch", "arm64", image);
    assertThat(puller.run("image", "inspect", "--format", "{{.Architecture}}", image))
        .isEqualTo("arm64");
  }

  @Test
  void movesLayersCompressedWithZstd(SharedCluster.Addresses regions) throws Exception {
    build(IMAGE, 2 << 20);

    pusher.run(
        "push",
        "-q",
        "--tls-verify=false",
        "--format",
        "oci",
        "--compression-format",
        "zstd",
        IMAGE,
        "docker://" + regions.first() + "/podman/zstd:1");

    try (RegistryClient client = RegistryClient.of("http://" + regions.second())) {
      assertThat(client.manifest("podman/zstd", "1"))
          .contains("application/vnd.oci.image.layer.v1.tar+zstd");
    }
    assertThat(pull(regions.third() + "/podman/zstd:1")).isEqualTo(layers(pusher, IMAGE));
  }

  @Test
  void pushesOneImageToTwoRepositories(SharedCluster.Addresses regions) throws Exception {
    build(IMAGE, 1 << 20);

    String first = push(IMAGE, regions.first() + "/podman/original:1");
    String second = push(IMAGE, regions.first() + "/podman/copy:1");

    assertThat(second).isEqualTo(first);
    assertThat(pull(regions.second() + "/podman/copy:1")).isEqualTo(layers(pusher, IMAGE));
  }

  @Test
  void findsImages(SharedCluster.Addresses regions) throws Exception {
    build(IMAGE, 1 << 20);
    push(IMAGE, regions.first() + "/podman/wanted-one:1");

    // The second form asks for all, which podman looks for in the catalog only.
    for (String term : List.of("/wanted", "/")) {
      assertThat(
              puller.run(
                  "search",
                  "--tls-verify=false",
                  "--limit",
                  "100",
                  "--format",
                  "{{.Name}}",
                  regions.second() + term))
          .contains(regions.second() + "/podman/wanted-one");
    }
  }

  private void build(String name, int size) throws Exception {
    pusher.run("build", "-q", "-t", name, BuildContext.of(directory, size).toString());
  }

  /** The digest of the manifest that was pushed. */
  private String push(String name, String target) throws Exception {
    Path digest = directory.resolve("digest");
    pusher.run(
        "push",
        "-q",
        "--tls-verify=false",
        "--digestfile",
        digest.toString(),
        name,
        "docker://" + target);
    return Files.readString(digest).strip();
  }

  private String pull(String image) throws Exception {
    puller.run("pull", "-q", "--tls-verify=false", image);
    return layers(puller, image);
  }

  private static String layers(Program podman, String image) throws Exception {
    return podman.run("image", "inspect", "--format", "{{.RootFS.Layers}}", image);
  }

  /** Podman refuses directories for its state whose names are longer than 50 characters. */
  private Program podman(String name) {
    return Program.in(
        directory,
        "podman",
        "--root",
        directory.resolve("s" + name).toString(),
        "--runroot",
        directory.resolve("r" + name).toString(),
        "--storage-driver",
        "vfs");
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.PolicyServiceGrpc;
import dev.meridian.proto.admin.SetPolicyRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A policy keeps repositories below {@code resident} in eu-west. Clients of us-east push to it and
 * pull from it all the same, and no byte of a blob passes through it.
 */
class ResidencyIT {

  private static RoutedCluster regions;

  @TempDir private Path directory;

  private double takenBefore;
  private double sentBefore;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    regions = RoutedCluster.start(data.resolve("cluster"), "us-east");
    ManagedChannel channel =
        Grpc.newChannelBuilder(regions.grpc(), InsecureChannelCredentials.create()).build();
    try {
      PolicyServiceGrpc.newBlockingStub(channel)
          .setPolicy(
              SetPolicyRequest.newBuilder()
                  .setCommandId(ByteString.copyFromUtf8("the 16-byte name"))
                  .setPolicy(
                      Policy.newBuilder()
                          .setPrefix("resident")
                          .addRegions("eu-west")
                          .addOnly("eu-west")
                          .setMinCopies(1))
                  .build());
    } finally {
      channel.shutdownNow();
    }
    // Nodes hear of one another's URLs in their own time.
    Eventually.get(
        Duration.ofSeconds(30),
        () -> assertThat(regions.asked().tryUpload("resident/first").statusCode()).isEqualTo(307));
  }

  @AfterAll
  static void stop() throws IOException {
    if (regions != null) {
      regions.close();
    }
  }

  @BeforeEach
  void measure() throws Exception {
    takenBefore = RoutedCluster.taken(regions.other());
    sentBefore = RoutedCluster.sent(regions.other());
  }

  @Test
  @RequiresPrograms("skopeo")
  void skopeoGoesWhereBytesMayBe() throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64");
    String image = here("skopeo");
    Program skopeo = Program.in(directory, "skopeo", "copy", "-q");

    skopeo.run("--dest-tls-verify=false", "oci:image:latest", "docker://" + image);
    skopeo.run("--src-tls-verify=false", "docker://" + image, "dir:pulled");

    assertThatBytesKeptToTheirRegion();
  }

  @Test
  @RequiresPrograms("podman")
  void podmanGoesWhereBytesMayBe() throws Exception {
    String image = here("podman");

    podman("1").run("build", "-q", "-t", image, BuildContext.of(directory, 2 << 20).toString());
    podman("1").run("push", "-q", "--tls-verify=false", image);
    podman("2").run("pull", "-q", "--tls-verify=false", image);

    assertThatBytesKeptToTheirRegion();
  }

  @Test
  @RequiresPrograms({"docker", "$DOCKER_HOST"})
  void dockerGoesWhereBytesMayBe() throws Exception {
    String image = here("docker");
    Program docker =
        new Program(
            directory,
            Map.of("DOCKER_BUILDKIT", "0", "DOCKER_CONFIG", directory.resolve("config").toString()),
            List.of("docker"));

    docker.run("build", "-q", "-t", image, BuildContext.of(directory, 2 << 20).toString());
    docker.run("push", "-q", image);
    docker.run("rmi", image);
    docker.run("pull", "-q", image);

    docker.run("rmi", image);
    assertThatBytesKeptToTheirRegion();
  }

  @Test
  @RequiresPrograms(
      value = {"ctr", "containerd", "tar"},
      asRoot = true)
  void containerdGoesWhereBytesMayBe() throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64");
    Program.in(directory, "tar").run("-C", "image", "-cf", "image.tar", ".");
    String name = RoutedCluster.name(regions.asked(), "resident/ctr");
    String image = name + ":latest";

    try (Containerd pusher = Containerd.start(directory, "p")) {
      pusher
          .ctr()
          .run(
              "images",
              "import",
              "--all-platforms",
              "--no-unpack",
              "--base-name",
              name,
              "image.tar");
      pusher.ctr().run("images", "push", "--plain-http", image);
    }
    try (Containerd puller = Containerd.start(directory, "q")) {
      puller.ctr().run("images", "pull", "--plain-http", "--all-platforms", image);
    }

    assertThatBytesKeptToTheirRegion();
  }

  private static String here(String client) {
    return RoutedCluster.name(regions.asked(), "resident/" + client + ":1");
  }

  private Program podman(String store) {
    return Program.in(
        directory,
        "podman",
        "--root",
        directory.resolve("s" + store).toString(),
        "--runroot",
        directory.resolve("r" + store).toString(),
        "--storage-driver",
        "vfs");
  }

  private void assertThatBytesKeptToTheirRegion() throws Exception {
    // A request is counted when it is over, which its client may see before.
    Eventually.get(
        Duration.ofSeconds(10),
        () -> {
          assertThat(RoutedCluster.taken(regions.other()) - takenBefore)
              .isGreaterThanOrEqualTo(1 << 20);
          return assertThat(RoutedCluster.sent(regions.other()) - sentBefore)
              .isGreaterThanOrEqualTo(1 << 20);
        });
    assertThat(RoutedCluster.taken(regions.asked())).isZero();
    assertThat(RoutedCluster.sent(regions.asked())).isZero();
  }
}

package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients here are in eu-west or near to it, as the configuration says, and ask us-east for an
 * image that was pushed in eu-west: its bytes must come from there.
 */
class NearestRegionIT {

  private static final String IMAGE = "routed/app:1";

  private static RoutedCluster regions;

  @TempDir private Path directory;

  private TestImage image;
  private double sentBefore;
  private double sentHereBefore;
  private double redirectsBefore;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    regions = RoutedCluster.start(data.resolve("cluster"), "eu-west");
  }

  @AfterAll
  static void stop() throws IOException {
    if (regions != null) {
      regions.close();
    }
  }

  /** The first time the asked region may not have heard yet where clients reach the other one. */
  @BeforeEach
  void push() throws Exception {
    image = TestImage.of(System.nanoTime(), 1 << 20);
    regions.other().push("routed/plain", "1", image);
    Eventually.get(
        Duration.ofSeconds(30),
        () -> assertThat(blob(HttpClient.Redirect.NEVER).statusCode()).isEqualTo(307));
    // A request is counted when it is over, which its client may see before.
    for (RegistryClient region : List.of(regions.other(), regions.asked())) {
      Eventually.get(
          Duration.ofSeconds(30), () -> assertThat(RoutedCluster.inFlight(region)).isZero());
    }
    sentBefore = RoutedCluster.sent(regions.other());
    sentHereBefore = RoutedCluster.sent(regions.asked());
    redirectsBefore = RoutedCluster.redirects(regions.asked());
  }

  @Test
  void sendsAnyClientThatFollowsRedirects() throws Exception {
    assertThat(blob(HttpClient.Redirect.NORMAL).statusCode()).isEqualTo(200);

    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  void sendsClientsOfNoRegionToTheOneThatIsNearest() throws Exception {
    HttpResponse<Void> sent = blob(HttpClient.Redirect.NEVER, RoutedCluster.NORTHERN_CLIENT);

    assertThat(sent.statusCode()).isEqualTo(307);
    assertThat(sent.headers().firstValue("Location"))
        .hasValueSatisfying(url -> assertThat(url).startsWith(regions.other().url()));
    assertThat(blob(HttpClient.Redirect.NORMAL, RoutedCluster.NORTHERN_CLIENT).statusCode())
        .isEqualTo(200);
    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  @RequiresPrograms("skopeo")
  void skopeoFollows() throws Exception {
    pushLayout();

    Program.in(directory, "skopeo")
        .run("copy", "-q", "--src-tls-verify=false", "docker://" + here(), "dir:pulled");

    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  @RequiresPrograms({"podman", "skopeo"})
  void podmanFollows() throws Exception {
    pushLayout();
    Program podman =
        Program.in(
            directory,
            "podman",
            "--root",
            directory.resolve("s").toString(),
            "--runroot",
            directory.resolve("r").toString(),
            "--storage-driver",
            "vfs");

    podman.run("pull", "-q", "--tls-verify=false", here());

    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  @RequiresPrograms({"docker", "$DOCKER_HOST", "skopeo"})
  void dockerFollows() throws Exception {
    pushLayout();
    Program docker =
        Program.in(directory, "docker")
            .with("DOCKER_CONFIG", directory.resolve("config").toString());

    docker.run("pull", "-q", here());

    docker.run("rmi", here());
    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  @RequiresPrograms(
      value = {"ctr", "containerd", "skopeo"},
      asRoot = true)
  void containerdFollows() throws Exception {
    pushLayout();

    try (Containerd containerd = Containerd.start(directory, "c")) {
      containerd.ctr().run("images", "pull", "--plain-http", "--all-platforms", here());
    }

    assertThatBytesCameFromTheNearestRegion();
  }

  private void pushLayout() throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64");
    Program.in(directory, "skopeo")
        .run(
            "copy",
            "-q",
            "--all",
            "--dest-tls-verify=false",
            "oci:image:latest",
            "docker://" + RoutedCluster.name(regions.other(), IMAGE));
  }

  private static String here() {
    return RoutedCluster.name(regions.asked(), IMAGE);
  }

  private HttpResponse<Void> blob(HttpClient.Redirect redirect)
      throws IOException, InterruptedException {
    return blob(redirect, "127.0.0.1");
  }

  private HttpResponse<Void> blob(HttpClient.Redirect redirect, String client)
      throws IOException, InterruptedException {
    String path = "/v2/routed/plain/blobs/" + TestImage.digest(image.layer());
    try (HttpClient http =
        HttpClient.newBuilder()
            .followRedirects(redirect)
            .localAddress(InetAddress.getByName(client))
            .build()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(regions.asked().url() + path)).build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  private void assertThatBytesCameFromTheNearestRegion() throws Exception {
    Eventually.get(
        Duration.ofSeconds(10),
        () -> {
          assertThat(RoutedCluster.sent(regions.other()) - sentBefore)
              .isGreaterThanOrEqualTo(1 << 20);
          return assertThat(RoutedCluster.redirects(regions.asked()))
              .isGreaterThan(redirectsBefore);
        });
    assertThat(RoutedCluster.sent(regions.asked())).isEqualTo(sentHereBefore);
  }
}

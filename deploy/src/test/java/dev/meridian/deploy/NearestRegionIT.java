package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All clients here are in eu-west, as the configuration says, and ask us-east for an image that was
 * pushed in eu-west: its bytes must come from there.
 */
class NearestRegionIT {

  private static final String IMAGE = "routed/app";
  private static final Pattern SENT =
      Pattern.compile("registry_http_response_size_bytes_sum\\{handler=\"blob\"[^}]*} ([0-9.E]+)");
  private static final Pattern REDIRECTS =
      Pattern.compile("meridian_redirects_total\\{mode=\"region\"[^}]*} ([0-9.E]+)");
  private static final Pattern STREAMED =
      Pattern.compile("meridian_redirects_total\\{mode=\"stream\"[^}]*} ([0-9.E]+)");

  private static DevCluster cluster;
  private static RegistryClient asked;
  private static RegistryClient nearest;

  @TempDir private Path directory;

  private TestImage image;
  private double sentBefore;
  private double redirectsBefore;
  private double streamedBefore;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    List<RegionId> regions =
        Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
    DevPorts ports = FreePorts.forRegions(regions.size());
    cluster =
        DevCluster.start(
            new DevCluster.Options(
                regions,
                ports,
                data.resolve("cluster"),
                Map.of("MERIDIAN_ROUTING_NETWORKS", "127.0.0.0/8=eu-west")),
            region -> {});
    asked = RegistryClient.of("http://" + ports.http(0));
    nearest = RegistryClient.of("http://" + ports.http(1));
  }

  @AfterAll
  static void stop() throws IOException {
    asked.close();
    nearest.close();
    cluster.close();
  }

  /** An image that is new to the registry, in the nearest region, which the asked one knows. */
  @BeforeEach
  void push() throws Exception {
    image = TestImage.of(System.nanoTime(), 1 << 20);
    nearest.push("routed/plain", "1", image);
    Eventually.get(
        Duration.ofSeconds(30),
        () -> {
          HttpResponse<Void> answer = blob(HttpClient.Redirect.NEVER);
          return assertThat(answer.statusCode()).isEqualTo(307);
        });
    sentBefore = metric(nearest, SENT);
    redirectsBefore = metric(asked, REDIRECTS);
    streamedBefore = metric(asked, STREAMED);
  }

  @Test
  void sendsAnyClientThatFollowsRedirects() throws Exception {
    assertThat(blob(HttpClient.Redirect.NORMAL).statusCode()).isEqualTo(200);

    assertThatBytesCameFromTheNearestRegion();
  }

  @Test
  @RequiresPrograms("skopeo")
  void skopeoFollows() throws Exception {
    pushLayout();

    skopeo().run("copy", "-q", "--src-tls-verify=false", "docker://" + here(), "dir:pulled");

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
    skopeo()
        .run(
            "copy",
            "-q",
            "--all",
            "--dest-tls-verify=false",
            "oci:image:latest",
            "docker://" + address(nearest) + "/" + IMAGE + ":1");
  }

  private Program skopeo() {
    return Program.in(directory, "skopeo");
  }

  private static String here() {
    return address(asked) + "/" + IMAGE + ":1";
  }

  private static String address(RegistryClient client) {
    return URI.create(client.url()).getAuthority();
  }

  private HttpResponse<Void> blob(HttpClient.Redirect redirect)
      throws IOException, InterruptedException {
    String path = "/v2/routed/plain/blobs/" + TestImage.digest(image.layer());
    try (HttpClient http = HttpClient.newBuilder().followRedirects(redirect).build()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(asked.url() + path)).build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  private void assertThatBytesCameFromTheNearestRegion() throws Exception {
    // A request is counted when it is over, which its client may see before.
    Eventually.get(
        Duration.ofSeconds(10),
        () -> assertThat(metric(nearest, SENT) - sentBefore).isGreaterThanOrEqualTo(1 << 20));
    assertThat(metric(asked, REDIRECTS)).isGreaterThan(redirectsBefore);
    assertThat(metric(asked, STREAMED)).isEqualTo(streamedBefore);
  }

  /** A number of a region's metrics; 0 when it is not there yet. */
  private static double metric(RegistryClient region, Pattern metric)
      throws IOException, InterruptedException {
    Matcher found = metric.matcher(region.get("/metrics").body());
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }
}

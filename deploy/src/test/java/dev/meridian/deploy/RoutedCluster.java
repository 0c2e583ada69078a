package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Three regions that know where the clients of this host are, and how many bytes they moved.
 *
 * @param asked the region that clients are told of, us-east
 * @param other eu-west, where bytes come from or go to
 * @param grpc address of a metadata server
 */
record RoutedCluster(DevCluster cluster, RegistryClient asked, RegistryClient other, String grpc)
    implements AutoCloseable {

  /** Clients at this address are in eu-north, where there is no region of the cluster. */
  static final String NORTHERN_CLIENT = "127.0.0.2";

  /**
   * Starts it with an empty directory.
   *
   * @param clients the region that all other clients of this host are in
   */
  static RoutedCluster start(Path directory, String clients) throws Exception {
    List<RegionId> regions =
        Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
    DevPorts ports = DevPorts.free(regions.size());
    DevCluster cluster =
        DevCluster.start(
            new DevCluster.Options(
                regions,
                ports,
                directory,
                Map.of(
                    "MERIDIAN_ROUTING_NETWORKS",
                    "127.0.0.0/8=" + clients + "," + NORTHERN_CLIENT + "=eu-north",
                    "MERIDIAN_ROUTING_COORDINATES",
                    "us-east=39,-77.5,eu-west=53.3,-6.2,ap-south=19,72.8,eu-north=59.3,18"),
                false),
            region -> {});
    return new RoutedCluster(
        cluster,
        RegistryClient.of("http://" + ports.http(0)),
        RegistryClient.of("http://" + ports.http(1)),
        ports.grpc(0));
  }

  /** What clients call an image in a region. */
  static String name(RegistryClient region, String image) {
    return URI.create(region.url()).getAuthority() + "/" + image;
  }

  /** Bytes of blobs that a region has sent to clients. */
  static double sent(RegistryClient region) throws IOException, InterruptedException {
    return metric(region, "registry_http_response_size_bytes_sum{handler=\"blob\"");
  }

  /** How many requests for blobs a region has begun to answer and not counted yet. */
  static double inFlight(RegistryClient region) throws IOException, InterruptedException {
    return metric(region, "registry_http_in_flight_requests{handler=\"blob\"");
  }

  /** Bytes of uploads that a region has taken from clients or other regions. */
  static double taken(RegistryClient region) throws IOException, InterruptedException {
    return metric(region, "registry_http_request_size_bytes_sum{handler=\"blob-upload-chunk\"");
  }

  /** How many GETs a region has answered with the URL of another one. */
  static double redirects(RegistryClient region) throws IOException, InterruptedException {
    return metric(region, "meridian_redirects_total{mode=\"region\"");
  }

  /** 0 when it is not there yet. */
  private static double metric(RegistryClient region, String start)
      throws IOException, InterruptedException {
    String metrics = region.get("/metrics").body();
    assertThat(metrics).contains("# HELP registry_http_requests_total");
    Matcher found = Pattern.compile(Pattern.quote(start) + "[^}]*} (\\S+)").matcher(metrics);
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  @Override
  public void close() throws IOException {
    asked.close();
    other.close();
    cluster.close();
  }
}

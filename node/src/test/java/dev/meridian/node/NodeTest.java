package dev.meridian.node;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.routing.RoutingSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node by itself; with a metadata plane it is tested where both are put together. */
class NodeTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void isAliveButNotReadyWhileNoMetadataServerAnswers() throws Exception {
    try (Node node = node("127.0.0.1:0")) {
      node.start();
      assertThat(get(node, "/livez").statusCode()).isEqualTo(200);
      assertThat(get(node, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(node, "/v2/").statusCode()).isEqualTo(200);
      HttpResponse<String> tags = get(node, "/v2/demo/tags/list");
      assertThat(tags.statusCode()).isEqualTo(503);
      assertThat(tags.headers().firstValue("Retry-After")).isPresent();
      eventually(() -> assertThat(get(node, "/metrics").body()).contains("registry_http_requests"));
    }
  }

  @Test
  void freesItsPortsWhenItIsClosed() throws Exception {
    Node node = node("127.0.0.1:0");
    node.start();
    int port = node.httpPort();
    node.close();
    assertThatThrownBy(() -> get(node, "/livez")).isInstanceOf(ConnectException.class);
    try (Node again = node("127.0.0.1:" + port)) {
      again.start();
      assertThat(again.httpPort()).isEqualTo(port);
      assertThat(get(again, "/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void saysWhichAddressIsMalformed() {
    try (Node node = node("here")) {
      assertThatThrownBy(node::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"here\"");
    }
  }

  private Node node(String http) {
    NodeConfig config =
        new NodeConfig(
            "demo",
            RegionId.parse("us-east"),
            new NodeConfig.Http(
                http, Optional.empty(), Optional.empty(), Duration.ofSeconds(1), Optional.empty()),
            new NodeConfig.Internal("127.0.0.1:0", Optional.empty(), Optional.empty()),
            List.of("127.0.0.1:1"),
            new NodeConfig.Storage.Filesystem(directory.resolve("blobs")),
            new NodeConfig.Routing(NodeConfig.Redirect.AUTO, RoutingSettings.NONE),
            new NodeConfig.Reads(Duration.ZERO),
            new NodeConfig.Uploads(
                Duration.ofHours(24),
                ByteSize.mebibytes(1),
                ByteSize.mebibytes(8),
                directory.resolve("spool"),
                ByteSize.gibibytes(1)),
            new NodeConfig.Objects(
                Duration.ofHours(24), Duration.ofHours(2), Duration.ofMinutes(15)),
            new NodeConfig.Replication(
                Duration.ofSeconds(50),
                8,
                new ByteSize(0),
                ByteSize.mebibytes(8),
                Duration.ofDays(30)),
            new NodeConfig.Access(AuthSettings.OFF, LimitSettings.NONE));
    return new Node(
        config, Optional.empty(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  private static HttpResponse<String> get(Node node, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}

package dev.meridian.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StatusServerTest {

  private final AtomicBoolean ready = new AtomicBoolean();

  private static HttpResponse<String> call(int port, String method, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void answersProbesAndMetrics() throws Exception {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters.counter("meridian.test").increment();
    try (StatusServer server =
        new StatusServer("127.0.0.1", 0, Optional.empty(), ready::get, meters)) {
      server.start();
      int port = server.port();
      assertThat(call(port, "GET", "/livez").statusCode()).isEqualTo(200);
      assertThat(call(port, "GET", "/readyz").statusCode()).isEqualTo(503);
      ready.set(true);
      assertThat(call(port, "GET", "/readyz").statusCode()).isEqualTo(200);
      assertThat(call(port, "HEAD", "/startupz").statusCode()).isEqualTo(200);
      assertThat(call(port, "GET", "/metrics").body()).contains("meridian_test_total 1.0");
      assertThat(call(port, "POST", "/livez").statusCode()).isEqualTo(405);
      assertThat(call(port, "GET", "/livez/more").statusCode()).isEqualTo(404);
      assertThat(call(port, "GET", "/v2/").statusCode()).isEqualTo(404);
    }
  }
}

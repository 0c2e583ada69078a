package dev.meridian.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.cli.certs.CertificateAuthority;
import dev.meridian.controlplane.cli.certs.CertificateOrder;
import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.tls.AuthorityTrust;
import dev.meridian.tls.HttpCertificate;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void answersOverTlsWithACertificate(@TempDir Path directory) throws Exception {
    PemFiles files = PemFiles.in(directory, "http");
    CertificateAuthority authority =
        CertificateAuthority.create(directory, "demo", InstantSource.system());
    authority.issue(
        new CertificateOrder("http", Set.of(), List.of("127.0.0.1"), Duration.ofDays(1)), files);
    HttpCertificate certificate = new HttpCertificate(files.certificate(), files.key());
    AuthorityTrust trust = AuthorityTrust.in(List.of(authority.certificate()));
    try (StatusServer server =
            new StatusServer(
                "127.0.0.1",
                0,
                Optional.of(certificate),
                () -> true,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        HttpClient client = HttpClient.newBuilder().sslContext(trust.sslContext()).build()) {
      server.start();
      URI probe = URI.create("https://127.0.0.1:" + server.port() + "/readyz");

      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(probe).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> call(server.port(), "GET", "/readyz"))
          .isInstanceOf(IOException.class);
    }
  }
}

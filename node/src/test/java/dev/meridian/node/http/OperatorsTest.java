package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.node.health.RegionHealth;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Health, metrics and draining. */
class OperatorsTest extends EdgeTest {

  @Test
  void answersProbes() throws IOException {
    for (String path : List.of("/livez", "/readyz", "/startupz")) {
      assertThat(client.get(path).status()).isEqualTo(200);
      assertThat(client.get(path).text()).isEqualTo("ok\n");
    }
    assertThat(client.get("/livez?verbose").text()).isEqualTo("process: ok\n");
    assertThat(client.get("/").status()).isEqualTo(200);
    edge.health.drain();
    assertThat(client.get("/readyz").status()).isEqualTo(503);
    assertThat(client.get("/readyz").text()).isEqualTo("draining: about to stop\n");
    assertThat(client.get("/livez").status()).isEqualTo(200);
  }

  @Test
  void describesServicesAsQuayDoes() throws IOException {
    for (String path : List.of("/health/instance", "/health")) {
      Answer instance = client.get(path);
      assertThat(instance.status()).isEqualTo(200);
      assertThat(instance.json().path("status_code").asInt()).isEqualTo(200);
      assertThat(instance.json().path("data").path("services").path("disk_space").asBoolean())
          .isTrue();
    }
    edge.health.drain();
    Answer failing = client.get("/health/endtoend");
    assertThat(failing.status()).isEqualTo(503);
    assertThat(failing.json().path("status_code").asInt()).isEqualTo(503);
  }

  @Test
  void describesTheRegion() throws IOException {
    Answer ok = client.get("/health/region");
    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.text())
        .isEqualTo(
            "{\"region\":\"us-east\",\"status\":\"ok\",\"reasons\":[],"
                + "\"since\":\"2026-11-23T12:00:00Z\"}");
    edge.health.region(RegionHealth.Status.DEGRADED);
    assertThat(client.get("/health/region").status()).isEqualTo(200);
    edge.health.region(RegionHealth.Status.DOWN);
    assertThat(client.get("/health/region").status()).isEqualTo(503);
    assertThat(client.get("/health/region").json().path("status").asString()).isEqualTo("down");
  }

  @Test
  void countsRequestsUnderDistributionsNames() throws Exception {
    client.pushBlob("demo/app", new byte[100]);
    client.get("/v2/no/such/manifests/1");
    // A request is counted when it is over, which may be after its answer has come.
    eventually(() -> {
      Answer answer = client.get("/metrics");
      assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
      assertThat(answer.text())
          .contains(
              "registry_http_requests_total{code=\"201\",handler=\"blob-upload\",method=\"POST\"}"
                  + " 1.0")
          .contains(
              "registry_http_requests_total{code=\"404\",handler=\"manifest\",method=\"GET\"} 1.0")
          .contains("registry_http_request_duration_seconds_bucket{")
          .contains("registry_http_in_flight_requests{handler=\"metrics\"} 1.0")
          .contains("registry_http_request_size_bytes_sum{handler=\"blob-upload\"} 100.0")
          .contains("registry_http_response_size_bytes_count{handler=\"manifest\"} 1");
    });
  }

  @Test
  void countsMethodsThatClientsMakeUpAsOne() throws Exception {
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send("BREW /v2/ HTTP/1.1\nHost: r\n\n").answer();
    }
    eventually(() ->
        assertThat(client.get("/metrics").text())
            .contains(
                "registry_http_requests_total{code=\"405\",handler=\"base\",method=\"other\"}"));
  }

  @Test
  void aDrainedNodeTakesNoNewWorkAndFinishesItsUploads() throws IOException {
    Digest manifest = push("demo/app", "1", image("one"));
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
    edge.health.takesNewWork(false);

    for (String path :
        List.of("/v2/", "/v2/_catalog", "/v2/demo/app/manifests/1", "/v2/demo/app/tags/list")) {
      assertDrained(client.get(path));
    }
    assertDrained(client.post("/v2/demo/app/blobs/uploads/"));
    assertDrained(client.delete("/v2/demo/app/manifests/" + manifest));
    for (String path : List.of("/livez", "/health/region", "/metrics", "/")) {
      assertThat(client.get(path).status()).isEqualTo(200);
    }

    Answer patched = client.send("PATCH", location, content);
    assertThat(patched.status()).isEqualTo(202);
    assertThat(client.get(patched.header("Location")).status()).isEqualTo(204);
    Digest digest = sha256("hello");
    Answer put = client.send("PUT", patched.header("Location") + "?digest=" + digest, null);
    assertThat(put.status()).isEqualTo(201);

    edge.health.takesNewWork(true);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(content);
  }

  private static void assertDrained(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("UNAVAILABLE");
    assertThat(answer.text()).contains("this node is drained");
    assertThat(answer.header("Retry-After")).isNotNull();
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void letsRequestsInFlightFinishWhenItDrains() throws Exception {
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
    try (RawConnection uploading = new RawConnection(edge.port())) {
      uploading.send("PATCH " + location + " HTTP/1.1\nHost: r\nContent-Length: 5\n\n").send("he");
      eventually(() ->
          assertThat(client.get("/metrics").text())
              .contains("requests{handler=\"blob-upload-chunk\"} 1.0"));
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(() -> edge.edge().drain(Duration.ofSeconds(20)));
      eventually(() -> assertThat(client.get("/readyz").header("Connection")).isEqualTo("close"));
      assertThat(drained).isNotDone();
      uploading.send("llo");
      assertThat(uploading.answer())
          .startsWith("HTTP/1.1 202 ")
          .contains("0-" + (content.length - 1));
      assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void stopsWaitingForRequestsThatDoNotFinish() throws Exception {
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    try (RawConnection uploading = new RawConnection(edge.port())) {
      uploading.send("PATCH " + location + " HTTP/1.1\nHost: r\nContent-Length: 5\n\n").send("he");
      eventually(() ->
          assertThat(client.get("/metrics").text())
              .contains("requests{handler=\"blob-upload-chunk\"} 1.0"));
      assertThat(edge.edge().drain(Duration.ofMillis(50))).isFalse();
    }
  }
}

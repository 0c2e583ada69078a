package dev.meridian.node.http;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests of a client, as short as a test wants them. */
final class RegistryClient {

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final int port;

  RegistryClient(int port) {
    this.port = port;
  }

  /** An answer. */
  record Answer(HttpResponse<byte[]> http) {
    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse(null);
    }

    byte[] bytes() {
      return http.body();
    }

    String text() {
      return new String(http.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(http.body());
    }

    /** The error's code. */
    String code() {
      return json().path("errors").path(0).path("code").asString();
    }

    String message() {
      return json().path("errors").path(0).path("message").asString();
    }
  }

  /** Sends a request; headers are names and values in turn. */
  Answer send(String method, String target, byte[] body, String... headers) throws IOException {
    return exchange(
        method,
        target,
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body),
        headers);
  }

  /** The same, without a Content-Length. */
  Answer stream(String method, String target, InputStream body, String... headers)
      throws IOException {
    return exchange(method, target, BodyPublishers.ofInputStream(() -> body), headers);
  }

  private Answer exchange(
      String method, String target, HttpRequest.BodyPublisher body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new Answer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  Answer get(String target, String... headers) throws IOException {
    return send("GET", target, null, headers);
  }

  Answer head(String target, String... headers) throws IOException {
    return send("HEAD", target, null, headers);
  }

  Answer delete(String target) throws IOException {
    return send("DELETE", target, null);
  }

  Answer post(String target) throws IOException {
    return send("POST", target, new byte[0]);
  }

  /** Pushes a blob in one request. */
  Digest pushBlob(String repository, byte[] content) throws IOException {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    Answer answer = send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    if (answer.status() != 201) {
      throw new IOException("pushing a blob: " + answer.status() + " " + answer.text());
    }
    return digest;
  }

  Answer pushManifest(String repository, String reference, String content, String... headers)
      throws IOException {
    return send(
        "PUT",
        "/v2/" + repository + "/manifests/" + reference,
        content.getBytes(StandardCharsets.UTF_8),
        headers);
  }
}

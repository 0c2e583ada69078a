package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * A client of one node, as small as can be: it retries nothing and checks every answer.
 *
 * @param authorization header that each request carries, if any
 */
record RegistryClient(HttpClient http, String url, Optional<String> authorization)
    implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE_WITH_LARGE_BLOBS = Duration.ofMinutes(10);

  RegistryClient(HttpClient http, String url) {
    this(http, url, Optional.empty());
  }

  /** The same client with this header {@code Authorization}; closing either closes both. */
  RegistryClient as(String header) {
    return new RegistryClient(http, url, Optional.of(header));
  }

  /** The same client of another node; closing either closes both. */
  RegistryClient at(String otherUrl) {
    return new RegistryClient(http, otherUrl, authorization);
  }

  static RegistryClient of(String url) {
    return new RegistryClient(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build(),
        url);
  }

  /** Pushes all of an image; when it returns, the push is acknowledged. */
  void push(String repository, String tag, TestImage image)
      throws IOException, InterruptedException {
    for (byte[] blob : image.blobs()) {
      pushBlob(repository, blob);
    }
    putManifest(repository, tag, image);
  }

  void putManifest(String repository, String tag, TestImage image)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = tryManifest(repository, tag, image);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** The answer to a push of a manifest, whatever it is. */
  HttpResponse<String> tryManifest(String repository, String tag, TestImage image)
      throws IOException, InterruptedException {
    return send(
        request("/v2/" + repository + "/manifests/" + tag)
            .header("Content-Type", TestImage.MEDIA_TYPE)
            .PUT(BodyPublishers.ofByteArray(image.manifest())));
  }

  void pushBlob(String repository, byte[] blob) throws IOException, InterruptedException {
    String location = startUpload(repository);
    HttpResponse<String> answer =
        send(at(location, TestImage.digest(blob)).PUT(BodyPublishers.ofByteArray(blob)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** Opens an upload session and returns its location, as the path on any node. */
  String startUpload(String repository) throws IOException, InterruptedException {
    HttpResponse<String> answer = tryUpload(repository);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return location(answer);
  }

  /** The answer to a request for an upload session, whatever it is. */
  HttpResponse<String> tryUpload(String repository) throws IOException, InterruptedException {
    return send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
  }

  /** Appends to an upload session and returns its next location. */
  String append(String location, byte[] bytes) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(request(location).method("PATCH", BodyPublishers.ofByteArray(bytes)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return location(answer);
  }

  /** Pushes a generated blob as docker does, with one PATCH of unknown length; its digest. */
  String streamBlob(String repository, long size) throws IOException, InterruptedException {
    GeneratedBlob blob = new GeneratedBlob(size);
    HttpResponse<String> answer =
        send(
            request(startUpload(repository))
                .timeout(PATIENCE_WITH_LARGE_BLOBS)
                .method("PATCH", BodyPublishers.ofInputStream(() -> blob)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String digest = blob.digest();
    finish(location(answer), digest);
    return digest;
  }

  /** Ends an upload session whose bytes are all there. */
  void finish(String location, String digest) throws IOException, InterruptedException {
    HttpResponse<String> answer = tryFinish(location, digest);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** The answer to the end of an upload session whose bytes are all there, whatever it is. */
  HttpResponse<String> tryFinish(String location, String digest)
      throws IOException, InterruptedException {
    return send(at(location, digest).PUT(BodyPublishers.noBody()));
  }

  /** The digest of the manifest that the reference names. */
  String resolve(String repository, String reference) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            request("/v2/" + repository + "/manifests/" + reference)
                .header("Accept", TestImage.MEDIA_TYPE)
                .GET());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
  }

  /** The text of a manifest. */
  String manifest(String repository, String reference) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(request("/v2/" + repository + "/manifests/" + reference).GET());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  byte[] blob(String repository, String digest) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            request("/v2/" + repository + "/blobs/" + digest).GET().build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** The answer to a GET, whatever it is. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** The answer to a form, whatever it is. */
  HttpResponse<String> postForm(String path, String form) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  /** The answer to a GET that waits for a revision, whatever it is. */
  HttpResponse<String> getAtLeast(String revision, String path)
      throws IOException, InterruptedException {
    return send(request(path).header("Meridian-Min-Revision", revision).GET());
  }

  /** The answer to a DELETE, whatever it is. */
  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  /** The status of a GET; the body is dropped. */
  int status(String path) throws IOException, InterruptedException {
    return http.send(request(path).GET().build(), BodyHandlers.discarding()).statusCode();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder at(String location, String digest) {
    return request(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url).resolve(path)).timeout(PATIENCE);
    authorization.ifPresent(header -> request.header("Authorization", header));
    return request;
  }

  private static String location(HttpResponse<?> answer) {
    String location = answer.headers().firstValue("Location").orElseThrow();
    assertThat(location).as("a location that works on every node").startsWith("/");
    return location;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}

package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is different where many requests share a connection. */
class Http2Test {

  /** Long enough for the next request of a client to find its connection open. */
  private static final Duration IDLE = Duration.ofSeconds(2);

  @TempDir private Path directory;
  private TestCertificate certificate;
  private EdgeFixture edge;
  private HttpClient http;

  @BeforeEach
  void makeACertificate() throws Exception {
    certificate = TestCertificate.in(directory);
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(certificate.client())
            .build();
  }

  private void start(Duration stalled, Duration idle) throws Exception {
    edge =
        new EdgeFixture(
            EdgeFixture.Parts.of(directory)
                .with(
                    new HttpEdge.Settings(OptionalLong.empty(), EdgeFixture.DIRECT, stalled, idle)),
            Optional.of(certificate.keys()));
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    edge.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + edge.port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    return answer;
  }

  /** A PATCH of unknown length that goes on as long as the test writes. */
  private record Upload(
      SubmissionPublisher<ByteBuffer> body, CompletableFuture<HttpResponse<String>> answer) {
    void write(int count) {
      body.submit(ByteBuffer.allocate(count));
    }
  }

  private Upload upload() throws Exception {
    HttpResponse<String> begun =
        send(request("/v2/demo/app/blobs/uploads/").POST(BodyPublishers.noBody()));
    assertThat(begun.statusCode()).isEqualTo(202);
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    Upload upload =
        new Upload(
            body,
            http.sendAsync(
                request(begun.headers().firstValue("Location").orElseThrow())
                    .method("PATCH", BodyPublishers.fromPublisher(body))
                    .build(),
                BodyHandlers.ofString()));
    // What is sent before is lost.
    eventually(() -> assertThat(body.hasSubscribers()).isTrue());
    return upload;
  }

  private static int status(Upload upload) throws Exception {
    return upload.answer().get(20, TimeUnit.SECONDS).statusCode();
  }

  /** Returns when a connection without requests has been closed. */
  private void awaitIdleTime() throws Exception {
    try (SSLSocket silent =
        (SSLSocket)
            certificate.client().getSocketFactory().createSocket("127.0.0.1", edge.port())) {
      silent.startHandshake();
      assertThat(silent.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aConnectionIsNotIdleWhileAnyOfItsRequestsIsAnswered() throws Exception {
    start(Duration.ofSeconds(20), IDLE);
    Upload slow = upload();
    slow.write(1000);
    assertThat(send(request("/v2/").GET()).statusCode()).isEqualTo(200);

    awaitIdleTime();
    awaitIdleTime();

    slow.write(1000);
    slow.body().close();
    assertThat(status(slow)).isEqualTo(202);
    assertThat(slow.answer().get().headers().firstValue("Range")).contains("0-1999");
  }

  @Test
  void aRequestThatIsGivenUpTakesNoOtherWithIt() throws Exception {
    // Long enough for the one that goes on, whatever the machine does meanwhile.
    start(Duration.ofSeconds(5), Duration.ofSeconds(20));
    Upload stalled = upload();
    Upload going = upload();
    stalled.write(10);
    int sent = 0;
    while (!stalled.answer().isDone()) {
      going.write(10);
      sent += 10;
      assertThat(send(request("/v2/").GET()).statusCode()).isEqualTo(200);
    }

    assertThat(status(stalled)).isEqualTo(408);
    stalled.body().close();
    going.body().close();
    assertThat(status(going)).isEqualTo(202);
    assertThat(going.answer().get().headers().firstValue("Range")).contains("0-" + (sent - 1));
  }

  @Test
  void answersSayNothingOfTheConnectionWhileTheNodeDrains() throws Exception {
    start(Duration.ofSeconds(20), Duration.ofSeconds(20));
    Upload going = upload();
    going.write(10);
    Thread drain = Thread.ofVirtual().start(() -> edge.edge().drain(Duration.ofSeconds(20)));
    eventually(() -> {
      HttpResponse<String> answer =
          http.send(request("/readyz").GET().build(), BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("Connection")).isEmpty();
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    });
    going.body().close();
    assertThat(status(going)).isEqualTo(202);
    assertThat(drain.join(Duration.ofSeconds(20))).isTrue();
  }
}

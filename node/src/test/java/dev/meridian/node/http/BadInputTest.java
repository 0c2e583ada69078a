package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients should not send: each is a clear 4xx, and nothing is stored. */
class BadInputTest extends EdgeTest {

  private static final String UPLOADS = "/v2/demo/app/blobs/uploads/";

  static Stream<Arguments> badPaths() {
    String digest = sha256("x").toString();
    return Stream.of(
        Arguments.of("/v2/Demo/tags/list", 400, "NAME_INVALID"),
        Arguments.of("/v2/demo//app/tags/list", 400, "NAME_INVALID"),
        Arguments.of("/v2//tags/list", 400, "NAME_INVALID"),
        Arguments.of("/v2/tags/list", 400, "NAME_INVALID"),
        Arguments.of("/v2/-demo/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/" + "a/".repeat(200) + "a/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/../../etc/passwd", 404, "UNSUPPORTED"),
        Arguments.of("/v2/../secret/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/demo/../app/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/demo%2fapp/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/demo%00/manifests/1", 400, "NAME_INVALID"),
        Arguments.of("/v2/demo/manifests/..", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/%2e%2e%2fx", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/a%00", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/a%2fb", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/%zz", 400, "UNSUPPORTED"),
        Arguments.of("/v2/demo/manifests/.tag", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/" + "a".repeat(129), 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/", 400, "TAG_INVALID"),
        Arguments.of("/v2/demo/manifests/sha256:baddigeststring", 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo/manifests/md5:00", 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo/blobs/" + digest.toUpperCase(), 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo/blobs/" + digest + "0", 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo/blobs/latest", 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo/referrers/1", 400, "DIGEST_INVALID"),
        Arguments.of("/v2/demo", 404, "UNSUPPORTED"),
        Arguments.of("/v2/demo/app", 404, "UNSUPPORTED"),
        Arguments.of("/v2/demo/tags", 404, "UNSUPPORTED"),
        Arguments.of("/v2/demo/tags/other", 404, "UNSUPPORTED"),
        Arguments.of("/v1/_ping/", 404, "UNSUPPORTED"),
        Arguments.of("//v2/demo/tags/list", 404, "UNSUPPORTED"),
        Arguments.of("/etc/passwd", 404, "UNSUPPORTED"),
        Arguments.of("/metrics/../livez", 404, "UNSUPPORTED"));
  }

  @ParameterizedTest
  @MethodSource("badPaths")
  void refusesABadPath(String path, int status, String code) throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      String answer = raw.send("GET " + path + " HTTP/1.1\nHost: registry\n\n").answer();
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).contains("\"code\":\"" + code + "\"").contains("request_id");
    }
  }

  @Test
  void refusesAnOverLongPathAndOverLongHeaders() throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      String path = "/v2/" + "a".repeat(20_000) + "/tags/list";
      assertThat(raw.send("GET " + path + " HTTP/1.1\nHost: registry\n\n").answer())
          .matches("(?s)HTTP/1\\.[01] 414 .*")
          .contains("\"errors\"");
    }
    try (RawConnection raw = new RawConnection(edge.port())) {
      String header = "X-Long: " + "a".repeat(40_000) + "\n";
      assertThat(raw.send("GET /v2/ HTTP/1.1\nHost: registry\n" + header + "\n").answer())
          .matches("(?s)HTTP/1\\.[01] 431 .*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\n\n",
        "GET /v2/ HTTP/1.1\nHost registry\n: x\n\n",
        "GET /v2/\u0000 HTTP/1.1\nHost: registry\n\n",
        "PUT /v2/demo/manifests/1 HTTP/1.1\nHost: r\nContent-Length: x\n\n",
        "PUT /v2/demo/manifests/1 HTTP/1.1\nHost: r\nContent-Length: -1\n\n",
        "PUT /v2/demo/manifests/1 HTTP/1.1\nHost: r\nContent-Length: 1\nContent-Length: 2\n\nab"
      })
  void refusesWhatIsNotHttp(String bytes) throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      assertThat(raw.send(bytes).answer()).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
    }
    assertThat(edge.metadata.commands()).isEmpty();
    assertThat(client.get("/v2/").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
  void namesTheMethodsOfAPath(String method) throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      String answer =
          raw.send(method + " /v2/demo/tags/list HTTP/1.1\nHost: r\nContent-Length: 0\n\n")
              .answer();
      assertThat(answer).startsWith("HTTP/1.1 405 ").contains("\"code\":\"UNSUPPORTED\"");
      assertThat(answer.toLowerCase()).contains("allow: get, head");
    }
  }

  @Test
  void storesNothingOfABodyThatIsShorterThanItsLength() throws Exception {
    byte[] content = new byte[100_000];
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    for (String request :
        new String[] {
          "POST " + UPLOADS + "?digest=" + digest,
          "PUT " + begin() + "?digest=" + digest,
          "PATCH " + begin(),
          "PUT /v2/demo/app/manifests/1"
        }) {
      RawConnection raw = new RawConnection(edge.port());
      raw.send(request + " HTTP/1.1\nHost: r\nContent-Length: 100001\n\n").sendBytes(content);
      raw.vanish();
    }
    eventually(() -> assertThat(requestsInFlight()).isZero());
    assertThat(edge.metadata.commands()).isEmpty();
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(404);
  }

  @Test
  void takesABodyThatIsLongerThanItsLengthForAnotherRequest() throws IOException {
    byte[] content = {1, 2, 3};
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send("PUT " + begin() + "?digest=" + digest + " HTTP/1.1\nHost: r\nContent-Length: 2\n\n")
          .sendBytes(content);
      assertThat(raw.answer()).startsWith("HTTP/1.1 400 ").contains("DIGEST_INVALID");
    }
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(404);
    assertThat(edge.metadata.commands()).isEmpty();
  }

  @Test
  void forgetsAnUploadThatBreaksOffAndGoesOnFromBefore() throws Exception {
    String location = begin();
    RawConnection raw = new RawConnection(edge.port());
    raw.send("PATCH " + location + " HTTP/1.1\nHost: r\nTransfer-Encoding: chunked\n\n")
        .send("5\nhello\n");
    raw.vanish();
    eventually(() -> assertThat(requestsInFlight()).isZero());
    byte[] content = {1, 2, 3};
    eventually(() -> {
      Answer patched = client.send("PATCH", client.get(location).header("Location"), content);
      assertThat(patched.status()).isEqualTo(202);
      Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
      assertThat(
              client.send("PUT", patched.header("Location") + "?digest=" + digest, null).status())
          .isEqualTo(201);
    });
  }

  @Test
  void givesUpAClientThatSendsNothing() throws Exception {
    String location = begin();
    // Long enough for each of the three to send what it sends.
    restart(Duration.ofMillis(300), Duration.ofSeconds(3));
    try (RawConnection stalled = new RawConnection(edge.port());
        RawConnection silent = new RawConnection(edge.port());
        RawConnection dripping = new RawConnection(edge.port())) {
      stalled.send("PATCH " + location + " HTTP/1.1\nHost: r\nContent-Length: 10\n\nab");
      dripping.send("GET /v2/ HTTP/1.1\nHo");
      assertThat(stalled.answer()).startsWith("HTTP/1.1 408 ");
      assertThat(stalled.isClosedByPeer()).isTrue();
      assertThat(silent.isClosedByPeer()).isTrue();
      assertThat(dripping.isClosedByPeer()).isTrue();
    }
    eventually(() -> assertThat(requestsInFlight()).isZero());
  }

  @Test
  void servesOthersWhileClientsAreSlow() throws Exception {
    RawConnection[] slow = new RawConnection[200];
    try {
      for (int i = 0; i < slow.length; i++) {
        slow[i] = new RawConnection(edge.port());
        slow[i]
            .send("PATCH " + begin() + " HTTP/1.1\nHost: r\nContent-Length: 1000000\n\n")
            .sendBytes(new byte[1000]);
      }
      client.pushBlob("demo/app", new byte[1 << 20]);
    } finally {
      for (RawConnection connection : slow) {
        if (connection != null) {
          connection.vanish();
        }
      }
    }
    eventually(() -> assertThat(requestsInFlight()).isZero());
  }

  @Test
  void asksForTheBodyOnlyWhenItIsWanted() throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send(
          "PUT "
              + UPLOADS
              + "none?digest="
              + sha256("x")
              + " HTTP/1.1\nHost: r\nContent-Length: 10\nExpect: 100-continue\n\n");
      assertThat(raw.answer()).startsWith("HTTP/1.1 404 ");
      assertThat(raw.isClosedByPeer()).isTrue();
    }
    byte[] content = {1, 2, 3};
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send(
          "PUT "
              + begin()
              + "?digest="
              + digest
              + " HTTP/1.1\nHost: r\nContent-Length: 3\nExpect: 100-continue\n\n");
      assertThat(raw.answer()).startsWith("HTTP/1.1 100 ");
      assertThat(raw.sendBytes(content).answer()).startsWith("HTTP/1.1 201 ");
    }
  }

  @Test
  void answersARefusedUploadCleanlyWhileItsBodyStillComes() throws IOException {
    byte[] content = new byte[8 << 20];
    Answer answer =
        client.send("PATCH", begin(), content, "Content-Range", "5-" + (content.length + 4));
    assertThat(answer.status()).isEqualTo(416);
    assertThat(client.get("/v2/").status()).isEqualTo(200);
  }

  @Test
  void keepsTheConnectionForTheNextRequest() throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      for (int i = 0; i < 3; i++) {
        String put = "PUT /v2/demo/app/manifests/1 HTTP/1.1\nHost: r\nContent-Length: 2\n\n[]";
        assertThat(raw.send(put).answer()).startsWith("HTTP/1.1 400 ");
        assertThat(raw.send("HEAD /v2/x/manifests/1 HTTP/1.1\nHost: r\n\n").head())
            .startsWith("HTTP/1.1 404 ");
      }
    }
  }

  private String begin() throws IOException {
    return client.post(UPLOADS).header("Location");
  }

  private double requestsInFlight() {
    return edge.meters.find("registry.http.in.flight.requests").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }
}

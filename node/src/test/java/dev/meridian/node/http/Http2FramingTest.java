package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.http.RawHttp2Connection.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a proxy that speaks HTTP/1.1 behind HTTP/2 could read as several requests (RFC 9113,
 * sections 8.1.1 to 8.3.1): here it is none.
 */
class Http2FramingTest {

  private static final String SMUGGLED =
      "DELETE /v2/demo/app/manifests/1 HTTP/1.1\r\nHost: r\r\n\r\n";

  @TempDir private static Path shared;
  private static TestCertificate certificate;

  @TempDir private Path directory;
  private EdgeFixture edge;
  private RawHttp2Connection connection;

  @BeforeAll
  static void makeACertificate() throws Exception {
    certificate = TestCertificate.in(shared);
  }

  @BeforeEach
  void open() throws Exception {
    edge = new EdgeFixture(EdgeFixture.Parts.of(directory), Optional.of(certificate.keys()));
    connection = new RawHttp2Connection(edge.port(), certificate.client());
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
    edge.close();
  }

  private static String[] request(String method, String path, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "https", ":authority", "r", ":path", path));
    fields.addAll(Arrays.asList(more));
    return fields.toArray(String[]::new);
  }

  /** How many requests were answered, with whatever status. */
  private double answered() {
    return edge.meters.find("registry.http.requests").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void answersWhatFollowsTheRules() throws IOException {
    connection.headers(1, true, request("GET", "/v2/"));
    assertThat(connection.outcome(1)).isEqualTo(new Outcome.Answered(200));
    connection.headers(
        3, false, request("POST", "/v2/demo/app/blobs/uploads/", "content-length", "0"));
    connection.data(3, true, "");
    assertThat(connection.outcome(3)).isEqualTo(new Outcome.Answered(202));
    finish();
    assertThat(answered()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "5", "5000", "-1", "+60", "99999999999999999999", "60, 60", "x"})
  void refusesALengthThatIsNotTheBodys(String length) throws IOException {
    connection.headers(
        1, false, request("PUT", "/v2/demo/app/manifests/1", "content-length", length));
    connection.data(1, true, SMUGGLED);
    assertRefused(connection.outcome(1));
    assertNothingElse();
  }

  static Stream<List<String>> connectionFields() {
    return Stream.of(
        List.of("content-length", "5", "content-length", "6"),
        List.of("content-length", "60", "content-length", "60"),
        List.of("transfer-encoding", "chunked"),
        List.of("transfer-encoding", "identity"),
        List.of("connection", "close"),
        List.of("connection", "content-length"),
        List.of("keep-alive", "timeout=5"),
        List.of("proxy-connection", "keep-alive"),
        List.of("upgrade", "h2c"),
        List.of("te", "gzip"),
        List.of("Content-Length", "60"),
        List.of("X-Upper", "1"),
        List.of("x-value", "a\r\ntransfer-encoding: chunked"),
        List.of("x-value", "a\nb"),
        List.of("x-value", "a\0b"),
        List.of("x-na\r\nme", "1"),
        List.of("x-name: 1\r\nhost", "1"),
        List.of("x name", "1"),
        List.of("", "1"),
        List.of("host", "another"),
        List.of(":path", "/v2/"),
        List.of(":unknown", "1"),
        List.of(":status", "200"));
  }

  @ParameterizedTest
  @MethodSource("connectionFields")
  void refusesFieldsThatSayWhereARequestEnds(List<String> fields) throws IOException {
    connection.headers(
        1, false, request("POST", "/v2/demo/app/blobs/uploads/", fields.toArray(String[]::new)));
    connection.data(1, true, SMUGGLED);
    assertRefused(connection.outcome(1));
    assertNothingElse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "v2/",
        "/v2/ HTTP/1.1\r\nhost: r\r\n\r\nDELETE /v2/demo/app/manifests/1",
        "/v2/\r\nx: y",
        "/v2/\n",
        "/v2/ ",
        "/v2/\0",
        "http://other/v2/",
        "//other/v2/",
        "/../v2/",
        "/v2/#a"
      })
  void refusesPathsThatAreNone(String path) throws IOException {
    connection.headers(1, true, request("GET", path));
    assertRefused(connection.outcome(1));
    assertNothingElse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /v2/ HTTP/1.1\r\nx: y\r\n\r\nGET", "GET ", "get", "CONNECT"})
  void refusesMethodsThatAreNone(String method) throws IOException {
    connection.headers(1, true, request(method, "/v2/"));
    assertRefused(connection.outcome(1));
    assertNothingElse();
  }

  static Stream<List<String>> incomplete() {
    return Stream.of(
        List.of(":scheme", "https", ":authority", "r", ":path", "/v2/"),
        List.of(":method", "GET", ":authority", "r", ":path", "/v2/"),
        List.of(":method", "GET", ":scheme", "https", ":authority", "r"),
        List.of("x", "1", ":method", "GET", ":scheme", "https", ":authority", "r", ":path", "/v2/"),
        List.of());
  }

  @ParameterizedTest
  @MethodSource("incomplete")
  void refusesHeadsThatAreNotWhole(List<String> fields) throws IOException {
    connection.headers(1, true, fields.toArray(String[]::new));
    assertRefused(connection.outcome(1));
    assertNothingElse();
  }

  @Test
  void goesOnAfterARequestThatWasRefused() throws IOException {
    connection.headers(1, true, request("POST", "/v2/demo/app/blobs/uploads/", "te", "gzip"));
    assertRefused(connection.outcome(1));
    connection.headers(3, true, request("GET", "/v2/"));
    assertThat(connection.outcome(3)).isEqualTo(new Outcome.Answered(200));
  }

  private static void assertRefused(Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered(int status) -> assertThat(status).isBetween(400, 499);
      case Outcome.Reset(int code) -> assertThat(code).isNotZero();
      case Outcome.Closed closed -> assertThat(closed).isNotNull();
    }
  }

  /** Returns when all that was sent has been read, and all that was asked is answered. */
  private void finish() throws IOException {
    connection.settle();
    assertThat(edge.edge().drain(Duration.ofSeconds(20))).isTrue();
  }

  /** Of one request on the wire at most one was made, and none of what stood in its body. */
  private void assertNothingElse() throws IOException {
    finish();
    assertThat(answered()).isLessThanOrEqualTo(1);
    assertThat(edge.meters.find("registry.http.requests").tag("method", "DELETE").counter())
        .isNull();
  }
}

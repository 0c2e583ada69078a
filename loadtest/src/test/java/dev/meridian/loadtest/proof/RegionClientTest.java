package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegionClientTest {

  private static final TagName TAG = TagName.parse("t");
  private static final Manifest MANIFEST = Manifest.note("one");
  private static final Manifest OTHER = Manifest.note("two");
  private static final Task READ = Task.of(new Action.ReadTag(TAG, false));
  private static final Task SET = put(new Condition.None());
  private static final Task CREATE = put(new Condition.Absent());
  private static final Task SWAP = put(new Condition.Names(OTHER.digest()));

  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private RegionClient client;
  private volatile int status;
  private volatile byte[] body = new byte[0];
  private volatile Digest digest = MANIFEST.digest();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client = new RegionClient(new Origin(false, "127.0.0.1", server.getAddress().getPort()));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      requests.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + condition(exchange, "If-Match")
              + condition(exchange, "If-None-Match"));
      if (status == 0) {
        return; // no answer, and the end of the connection
      }
      exchange.getResponseHeaders().add("Docker-Content-Digest", digest.toString());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static String condition(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : " " + name + ": " + value;
  }

  @Test
  void sendsWhatTheActionSays() {
    status = 201;
    client.perform(SET);
    client.perform(CREATE);
    client.perform(SWAP);
    client.perform(
        Task.writing(
            MANIFEST, new Action.PutTagged(MANIFEST.digest(), List.of(TAG, TagName.parse("u")))));
    client.perform(Task.of(new Action.DeleteTag(TAG)));
    client.perform(Task.of(new Action.DeleteManifest(MANIFEST.digest())));
    client.perform(Task.of(new Action.ReadTag(TAG, true)));
    client.perform(Task.of(new Action.ReadManifest(MANIFEST.digest())));
    client.perform(Task.of(new Action.ListTags()));
    String manifests = " /v2/loadtest/history/manifests/";
    assertThat(requests)
        .containsExactly(
            "PUT" + manifests + "t",
            "PUT" + manifests + "t If-None-Match: *",
            "PUT" + manifests + "t If-Match: \"" + OTHER.digest() + "\"",
            "PUT" + manifests + MANIFEST.digest() + "?tag=t&tag=u",
            "DELETE" + manifests + "t",
            "DELETE" + manifests + MANIFEST.digest(),
            "HEAD" + manifests + "t",
            "GET" + manifests + MANIFEST.digest(),
            "GET /v2/loadtest/history/tags/list?n=1000");
  }

  @Test
  void tellsWhatBecameOfAWrite() {
    assertThat(after(201, SET)).isEqualTo(new Outcome.Done());
    assertThat(after(412, CREATE)).isEqualTo(new Outcome.ConditionFailed());
    assertThat(after(412, SWAP)).isEqualTo(new Outcome.ConditionFailed());
    assertThat(after(412, SET)).isInstanceOf(Outcome.Wrong.class);
    assertThat(after(404, SET)).isInstanceOf(Outcome.Wrong.class);
    assertThat(after(500, SET)).isInstanceOf(Outcome.Wrong.class);
    assertThat(after(503, SET)).isEqualTo(new Outcome.Unknown("503"));
    Task delete = Task.of(new Action.DeleteTag(TAG));
    assertThat(after(202, delete)).isEqualTo(new Outcome.Done());
    assertThat(after(404, delete)).isEqualTo(new Outcome.NotFound());
    assertThat(after(503, delete)).isEqualTo(new Outcome.Unknown("503"));
    digest = OTHER.digest();
    assertThat(after(201, SET)).isInstanceOf(Outcome.Wrong.class);
  }

  @Test
  void tellsWhatAReadFound() {
    body = MANIFEST.bytes();
    assertThat(after(200, READ)).isEqualTo(new Outcome.Found(MANIFEST.digest()));
    assertThat(after(404, READ)).isEqualTo(new Outcome.NotFound());
    assertThat(after(503, READ)).isEqualTo(new Outcome.Nothing("503"));
    assertThat(after(500, READ)).isInstanceOf(Outcome.Wrong.class);
    body = "{\"name\":\"x\",\"tags\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8);
    assertThat(after(200, Task.of(new Action.ListTags())))
        .isEqualTo(new Outcome.Listed(Set.of(TagName.parse("a"), TagName.parse("b"))));
    body = "no JSON".getBytes(StandardCharsets.UTF_8);
    assertThat(after(200, Task.of(new Action.ListTags()))).isInstanceOf(Outcome.Wrong.class);
  }

  @Test
  void comparesTheBytesWithTheirDigest() {
    body = OTHER.bytes();
    assertThat(after(200, READ)).isInstanceOf(Outcome.Wrong.class);
    assertThat(after(200, Task.of(new Action.ReadTag(TAG, true))))
        .isEqualTo(new Outcome.Found(MANIFEST.digest()));
    digest = OTHER.digest();
    assertThat(after(200, READ)).isEqualTo(new Outcome.Found(OTHER.digest()));
    assertThat(after(200, Task.of(new Action.ReadManifest(MANIFEST.digest()))))
        .isInstanceOf(Outcome.Wrong.class);
  }

  @Test
  void doesNotSendAgainWhatWasNotAnswered() {
    assertThat(after(201, SET)).isEqualTo(new Outcome.Done());
    assertThat(after(0, SET)).isInstanceOf(Outcome.Unknown.class);
    assertThat(after(0, READ)).isInstanceOf(Outcome.Nothing.class);
    assertThat(requests).hasSize(3);
  }

  @Test
  void knowsThatNothingWasSentWithoutAConnection() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    try (RegionClient alone = new RegionClient(new Origin(false, "127.0.0.1", nobody))) {
      assertThat(alone.perform(SET)).isInstanceOf(Outcome.Nothing.class);
    }
  }

  private Outcome after(int answered, Task task) {
    status = answered;
    return client.perform(task);
  }

  private static Task put(Condition condition) {
    return Task.writing(MANIFEST, new Action.Put(TAG, MANIFEST.digest(), condition));
  }
}

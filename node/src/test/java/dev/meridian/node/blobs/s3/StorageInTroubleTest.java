package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.BlobStoreFixture;
import dev.meridian.node.blobs.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage that takes only some of what is asked of it, or stops in the middle. */
class StorageInTroubleTest extends BlobStoreFixture {

  private static final String SLOW_DOWN =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code><Message>Please reduce"
          + " your request rate.</Message></Error>";

  @TempDir private Path spool;

  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean stalls;
  private volatile int refusals;
  private volatile String refusal = SLOW_DOWN;

  StorageInTroubleTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.close();
  }

  @Override
  protected BlobStore newStore() {
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    return new S3BlobStore(
        new S3Bucket(endpoint, "us-east-1", "bucket", "ACCESS", "SECRET").settings(spool));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      if (stalls) {
        stall(exchange);
        return;
      }
      boolean refused = asked.incrementAndGet() <= refusals;
      byte[] body = (refused ? refusal : "x").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/xml");
      exchange.getResponseHeaders().set("ETag", "\"tag\"");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(refused ? 503 : 200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** One byte of two. */
  private void stall(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(206, 2);
    exchange.getResponseBody().write('x');
    exchange.getResponseBody().flush();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aReadThatGetsNothingFailsWhenItsPatienceIsOver() throws Exception {
    stalls = true;
    try (BlobBody body = node().open(key, new ByteRange(0, 1), Duration.ofSeconds(4));
        InputStream bytes = body.openStream()) {
      assertThat(bytes.read()).isEqualTo('x');
      assertThatThrownBy(bytes::read).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void asksAgainUntilItIsTaken() throws Exception {
    refusals = 2;
    appendAndComplete(node(), node().begin(key), bytes(1000));
    assertThat(asked).hasValue(3);
    asked.set(0);
    try (var body = node().open(key, new ByteRange(0, 0))) {
      assertThat(body.openStream().readAllBytes()).hasSize(1);
    }
    assertThat(asked).hasValue(3);
  }

  @Test
  void saysSoWhenItIsNotTakenForLong() throws Exception {
    refusals = Integer.MAX_VALUE;
    BlobStore store = node();
    assertKind(Kind.THROTTLED, () -> appendAndComplete(store, store.begin(key), bytes(1000)));
    assertThat(asked).hasValue(5);
    assertKind(Kind.THROTTLED, () -> store.open(key, new ByteRange(0, 0)));
    assertKind(Kind.THROTTLED, () -> store.size(key));
    assertThat(asked).hasValue(15);
  }

  @Test
  void aHoldKeepsWhatStorageDidNotTakeWhileItIsOnePart() throws Exception {
    refusals = Integer.MAX_VALUE;
    refusal = "<html><body>503 Service Unavailable</body></html>";
    BlobStore store = node();
    byte[] small = bytes(1000);
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(small));
      assertThatThrownBy(() -> upload.flush(false)).isInstanceOf(BlobStoreException.class);
      assertThat(upload.untaken().orElseThrow().readAllBytes()).isEqualTo(small);
    }
    byte[] spooled = bytes(3 * MIB);
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(spooled));
      assertThatThrownBy(upload::complete).isInstanceOf(BlobStoreException.class);
      assertThat(upload.untaken().orElseThrow().readAllBytes()).isEqualTo(spooled);
    }
  }

  @Test
  void aHoldOfMoreThanThatKeepsNothing() throws Exception {
    BlobStore store = node();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(dribble(bytes(5 * MIB)));
      refusals = Integer.MAX_VALUE;
      refusal = "<html><body>503 Service Unavailable</body></html>";
      assertThatThrownBy(
              () -> {
                upload.append(dribble(bytes(6 * MIB)));
                upload.complete();
              })
          .isInstanceOf(BlobStoreException.class);
      assertThat(upload.untaken()).isEmpty();
    }
  }

  @Test
  void aProbeTellsAtOnce() {
    refusals = Integer.MAX_VALUE;
    assertKind(Kind.THROTTLED, this::probe);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aLoadBalancerWithoutServersIsNotThrottling() {
    refusals = Integer.MAX_VALUE;
    refusal = "<html><body>503 Service Unavailable</body></html>";
    assertKind(Kind.UNAVAILABLE, this::probe);
  }

  private Object probe() {
    node().probe();
    return key;
  }
}

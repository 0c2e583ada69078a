package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GuardedBlobStoreTest {

  private static final String KEY = "any";

  private final AtomicLong nanos = new AtomicLong();
  private final StorageBreaker breaker = new StorageBreaker(nanos::get);
  private BlobStoreException failure;
  private InputStream bytes = InputStream.nullInputStream();
  private final BlobStore store = new GuardedBlobStore(failing(), breaker);

  /** Fails with what is set; bytes of an upload wait until they are flushed. */
  private BlobStore failing() {
    return proxy(
        BlobStore.class,
        (proxy, method, arguments) -> {
          if (failure != null) {
            throw failure;
          }
          return switch (method.getName()) {
            case "open" -> new BlobBody.StreamBody(bytes, 9);
            case "resume" -> upload();
            default -> null;
          };
        });
  }

  private ObjectUpload upload() {
    AtomicLong length = new AtomicLong();
    return proxy(
        ObjectUpload.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "append" -> length.addAndGet(((InputStream) arguments[0]).readAllBytes().length);
              case "length" -> length.get();
              default -> {
                if (failure != null) {
                  throw failure;
                }
                yield null;
              }
            });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private void fail(Kind kind) {
    failure = new BlobStoreException(kind, "failed");
    assertThatThrownBy(() -> store.delete(KEY)).isSameAs(failure);
    failure = null;
  }

  private void fail(Kind kind, int times) {
    for (int i = 0; i < times; i++) {
      fail(kind);
    }
  }

  @Test
  void opensAfterThreeFailuresAndClosesAfterTwoProbes() {
    fail(Kind.UNAVAILABLE, 2);
    assertThat(breaker.isOpen()).isFalse();
    fail(Kind.UNAVAILABLE);
    assertThat(breaker.isOpen()).isTrue();

    store.probe();
    assertThat(breaker.isOpen()).isTrue();
    failure = new BlobStoreException(Kind.UNAVAILABLE, "failed");
    assertThatThrownBy(store::probe).isSameAs(failure);
    failure = null;
    store.probe();
    // A request that was still on its way is not taken for a recovery.
    store.delete(KEY);
    assertThat(breaker.isOpen()).isTrue();
    store.probe();
    assertThat(breaker.isOpen()).isFalse();
    fail(Kind.UNAVAILABLE, 2);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void failuresWithSuccessBetweenThemOrFarApartDoNotOpenIt() {
    fail(Kind.UNAVAILABLE, 2);
    store.delete(KEY);
    fail(Kind.UNAVAILABLE, 2);
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    fail(Kind.UNAVAILABLE, 2);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void answersThatSayNoAreAnswers() {
    for (Kind kind : new Kind[] {Kind.NOT_FOUND, Kind.THROTTLED, Kind.REFUSED}) {
      fail(kind, 5);
    }
    assertThat(breaker.isOpen()).isFalse();
    fail(Kind.FULL, 3);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void aProbeThatIsThrottledWasAnswered() {
    fail(Kind.UNAVAILABLE, 3);
    failure = new BlobStoreException(Kind.THROTTLED, "slow down");
    store.probe();
    store.probe();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aProbeThatIsThrottledForTooLongHasFailed() {
    failure = new BlobStoreException(Kind.THROTTLED, "slow down");
    store.probe();
    nanos.addAndGet(Duration.ofSeconds(14).toNanos());
    store.probe();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThatThrownBy(store::probe).isSameAs(failure);

    BlobStoreException throttled = failure;
    failure = null;
    store.probe();
    failure = throttled;
    store.probe();
  }

  @Test
  void whatAsksNothingOfStorageIsNoSuccess() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (ObjectUpload upload = store.resume(store.begin(KEY))) {
        upload.append(new ByteArrayInputStream(new byte[5]));
        failure = new BlobStoreException(Kind.UNAVAILABLE, "failed");
        assertThatThrownBy(() -> upload.flush(false)).isSameAs(failure);
        failure = null;
        upload.abort();
      }
      try (ObjectUpload empty = store.resume(store.begin(KEY))) {
        var unused = empty.flush(true);
      }
    }
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void theLastByteOfAStreamIsASuccess() throws IOException {
    bytes = new ByteArrayInputStream(new byte[9]);
    fail(Kind.UNAVAILABLE, 2);
    try (BlobBody body = store.open(KEY, ByteRange.whole(9))) {
      assertThat(body.openStream().readNBytes(9)).hasSize(9);
    }
    fail(Kind.UNAVAILABLE, 2);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void bytesThatBreakOffAreFailures() {
    bytes =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut");
          }
        };
    for (int i = 0; i < 3; i++) {
      BlobBody body = store.open(KEY, ByteRange.whole(9));
      assertThatThrownBy(() -> body.openStream().read(new byte[9])).hasMessage("cut");
    }
    assertThat(breaker.isOpen()).isTrue();
  }
}

package dev.meridian.node.streams;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ReadStreamInputTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final Source source = new Source();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A stream without end that gives as many buffers of 10 bytes as it is asked for. */
  private static final class Source implements ReadStream<Buffer> {
    private final AtomicLong fetched = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private volatile long buffers = Long.MAX_VALUE;
    private volatile Throwable failure;
    private Handler<Buffer> handler;
    private Handler<Void> end;
    private Handler<Throwable> exceptions;

    @Override
    public ReadStream<Buffer> fetch(long amount) {
      asked.incrementAndGet();
      for (long i = 0; i < amount && fetched.get() < buffers; i++) {
        fetched.incrementAndGet();
        handler.handle(Buffer.buffer(new byte[10]));
      }
      if (fetched.get() == buffers) {
        if (failure == null) {
          end.handle(null);
        } else {
          exceptions.handle(failure);
        }
      }
      return this;
    }

    @Override
    public ReadStream<Buffer> handler(Handler<Buffer> next) {
      handler = next;
      return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(Handler<Void> next) {
      end = next;
      return this;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(Handler<Throwable> next) {
      exceptions = next;
      return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
      return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
      throw new AssertionError("a stream that flows freely has no back-pressure");
    }
  }

  private ReadStreamInput open(Duration patience) throws Exception {
    CompletableFuture<ReadStreamInput> opened = new CompletableFuture<>();
    vertx.runOnContext(now -> {
      Context context = Vertx.currentContext();
      opened.complete(new ReadStreamInput(context, source, patience, () -> abandoned.set(true)));
    });
    return opened.get(20, TimeUnit.SECONDS);
  }

  @Test
  void asksForNothingBeforeTheFirstReadAndForLittleAheadOfTheReader() throws Exception {
    ReadStreamInput stream = open(PATIENCE);
    assertThat(source.fetched).hasValue(0);

    assertThat(stream.readNBytes(1000)).hasSize(1000);

    assertThat(source.fetched.get()).isBetween(100L, 120L);
  }

  @Test
  void endsWhenTheStreamEnds() throws Exception {
    source.buffers = 3;
    try (ReadStreamInput stream = open(PATIENCE)) {
      assertThat(stream.readAllBytes()).hasSize(30);
      assertThat(stream.read()).isEqualTo(-1);
    }
    assertThat(abandoned).isFalse();
  }

  @Test
  void doesNotAskAStreamThatEndedBeforeItsTurn() throws Exception {
    CompletableFuture<Integer> read = new CompletableFuture<>();
    CompletableFuture<Void> later = new CompletableFuture<>();
    vertx.runOnContext(now -> {
      Context context = Vertx.currentContext();
      ReadStreamInput stream = new ReadStreamInput(context, source, PATIENCE, () -> {});
      Thread reader = Thread.ofPlatform().start(() -> read.complete(firstByte(stream)));
      // What it wants waits for this turn to end.
      while (reader.getState() != Thread.State.TIMED_WAITING) {
        Thread.yield();
      }
      source.end.handle(null);
      context.runOnContext(next -> later.complete(null));
    });
    assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
    assertThat(later).succeedsWithin(PATIENCE);
    assertThat(source.asked).hasValue(0);
  }

  private static int firstByte(ReadStreamInput stream) {
    try {
      return stream.read();
    } catch (IOException e) {
      throw new AssertionError("the stream ends well", e);
    }
  }

  @Test
  void failsAfterTheBytesThatCameWhenTheStreamFails() throws Exception {
    source.buffers = 3;
    source.failure = new IOException("connection reset");
    ReadStreamInput stream = open(PATIENCE);

    assertThat(stream.readNBytes(30)).hasSize(30);
    assertThatThrownBy(stream::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("connection reset");
  }

  @Test
  void losesPatienceWithASilentStream() throws Exception {
    source.buffers = -1;
    ReadStreamInput stream = open(Duration.ofMillis(20));

    assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
  }

  @Test
  void closingBeforeTheEndAbandonsTheStream() throws Exception {
    ReadStreamInput stream = open(PATIENCE);
    stream.read();

    stream.close();

    eventually(() -> assertThat(abandoned).isTrue());
    assertThatThrownBy(() -> stream.readNBytes(1000)).isInstanceOf(IOException.class);
  }
}

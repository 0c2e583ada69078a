package dev.meridian.controlplane.rpc.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.backup.BackupReader;
import dev.meridian.backup.BackupWriter;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupStreamTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path directory;
  private final Client client = new Client();
  private BackupWriter backup;

  @BeforeEach
  void write() throws IOException {
    byte[] content = new byte[1_000_000];
    Files.write(directory.resolve("a"), content);
    backup =
        new BackupWriter(
            BackupHeader.newBuilder()
                .addFiles(BackupFile.newBuilder().setName("a").setSize(content.length))
                .build(),
            directory);
  }

  /** A call whose client takes so many chunks without being asked. */
  private static final class Client extends ServerCallStreamObserver<BackupChunk> {
    private final List<BackupChunk> taken = new ArrayList<>();
    private final CompletableFuture<Void> full = new CompletableFuture<>();
    private int room;
    private boolean cancelled;
    private Runnable onReady;
    private Runnable onCancel;

    void take(int chunks) {
      synchronized (this) {
        room += chunks;
      }
      onReady.run();
    }

    void cancel() {
      synchronized (this) {
        cancelled = true;
      }
      onCancel.run();
    }

    @Override
    public synchronized boolean isReady() {
      if (room == 0) {
        full.complete(null);
      }
      return room > 0;
    }

    @Override
    public synchronized boolean isCancelled() {
      return cancelled;
    }

    @Override
    public synchronized void onNext(BackupChunk chunk) {
      assertThat(room).as("room for a chunk").isPositive();
      room--;
      taken.add(chunk);
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onCompleted() {
      throw new AssertionError("the call is not the stream's to end");
    }

    @Override
    public void setCompression(String compression) {
      throw new AssertionError(compression);
    }

    @Override
    public void setMessageCompression(boolean enable) {
      throw new AssertionError("message compression");
    }

    @Override
    public void disableAutoInboundFlowControl() {
      throw new AssertionError("inbound flow control");
    }

    @Override
    public void request(int count) {
      throw new AssertionError("request " + count);
    }
  }

  private CompletableFuture<Void> send(Duration patience) {
    BackupStream stream = new BackupStream(client, patience);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        stream.send(backup);
        sent.complete(null);
      } catch (IOException | RuntimeException e) {
        sent.completeExceptionally(e);
      }
    });
    return sent;
  }

  @Test
  void sendsAllOfItAsTheClientTakesIt() throws Exception {
    CompletableFuture<Void> sent = send(LONG);
    client.full.get(20, TimeUnit.SECONDS);
    assertThat(client.taken).isEmpty();
    assertThat(sent).isNotDone();
    client.take(1);
    client.take(1_000);
    sent.get(20, TimeUnit.SECONDS);

    assertThat(client.taken)
        .hasSizeLessThan(10)
        .allMatch(chunk -> chunk.getTotalBytes() == backup.length());
    ByteString all =
        client.taken.stream()
            .map(BackupChunk::getData)
            .reduce(ByteString.EMPTY, ByteString::concat);
    assertThat(BackupReader.verify(all.newInput())).isEqualTo(backup.header());
  }

  @Test
  void givesAClientUpThatTakesNothing() {
    CompletableFuture<Void> sent = send(Duration.ofMillis(1));
    assertThatThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackupStream.ClientGoneException.class)
        .hasMessageContaining("the client took nothing");
  }

  @Test
  void stopsWhenTheClientHasGone() throws Exception {
    CompletableFuture<Void> sent = send(LONG);
    client.full.get(20, TimeUnit.SECONDS);
    client.cancel();
    assertThatThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BackupStream.ClientGoneException.class)
        .hasMessageContaining("the client has gone");
    assertThat(client.taken).isEmpty();
  }
}

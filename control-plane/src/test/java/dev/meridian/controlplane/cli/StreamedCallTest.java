package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.client.ServerTrust;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.CreateBackupRequest;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call that a client makes once, whatever comes of it. */
class StreamedCallTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void readsAStreamToItsEnd() throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();

    receive(false, file);

    assertThat(file).hasToString("one,two,");
  }

  @Test
  void doesNotBeginAnewWhenTheStreamBreaks() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();

    assertThatThrownBy(() -> receive(true, file))
        .isInstanceOfSatisfying(AdminException.class, e -> assertThat(e.isUnreachable()).isTrue())
        .hasMessageContaining("shutting down");
    assertThat(file).hasToString("one,two,");
    assertThat(calls).hasValue(1);
  }

  @Test
  void passesOnWhatGoesWrongHere() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };

    assertThatThrownBy(() -> receive(false, full))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
  }

  private void receive(boolean breaks, OutputStream file) throws IOException {
    try (FakeServer server = FakeServer.of(new FakeBackups(breaks));
        AdminClient client =
            AdminClient.of(
                ServerAddress.parse(server.address()), ServerTrust.PLAIN_TEXT, PATIENCE)) {
      client.once(BackupServiceGrpc::newBlockingV2Stub, stub -> copy(stub, file));
    }
  }

  private static Void copy(BackupServiceGrpc.BackupServiceBlockingV2Stub stub, OutputStream file)
      throws StatusException, IOException {
    BlockingClientCall<?, BackupChunk> call =
        stub.createBackup(CreateBackupRequest.getDefaultInstance());
    try {
      for (BackupChunk chunk = call.read(); chunk != null; chunk = call.read()) {
        chunk.getData().writeTo(file);
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    return null;
  }

  private final class FakeBackups extends BackupServiceGrpc.BackupServiceImplBase {

    private final boolean breaks;

    FakeBackups(boolean breaks) {
      this.breaks = breaks;
    }

    @Override
    public void createBackup(CreateBackupRequest request, StreamObserver<BackupChunk> reply) {
      calls.incrementAndGet();
      reply.onNext(chunk("one,"));
      reply.onNext(chunk("two,"));
      if (breaks) {
        reply.onError(FakeServer.unavailable("shutting down", "none"));
      } else {
        reply.onCompleted();
      }
    }

    private static BackupChunk chunk(String text) {
      return BackupChunk.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }
  }
}

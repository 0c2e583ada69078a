package dev.meridian.controlplane.rpc.admin;

import com.google.protobuf.ByteString;
import dev.meridian.backup.BackupWriter;
import dev.meridian.proto.admin.BackupChunk;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends a backup as fast as its client takes it: a thread that writes waits until there is room for
 * the next chunk. To be made before the call's handler returns, and used by another thread, since
 * gRPC tells of room on that one's.
 */
final class BackupStream {

  private static final int CHUNK = 256 << 10;

  private final ServerCallStreamObserver<BackupChunk> call;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /**
   * @param patience with a client that takes nothing
   */
  BackupStream(ServerCallStreamObserver<BackupChunk> call, Duration patience) {
    this.call = call;
    this.patience = patience;
    call.setOnReadyHandler(this::signal);
    call.setOnCancelHandler(this::signal);
  }

  /** The client has gone, or takes nothing. */
  static final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1;

    ClientGoneException(String message) {
      super(message);
    }
  }

  /**
   * Sends all of it; the call stays open.
   *
   * @throws ClientGoneException when the client does not want it any more
   */
  void send(BackupWriter backup) throws IOException {
    OutputStream out = new BufferedOutputStream(new Chunks(backup.length()), CHUNK);
    backup.write(out);
    out.flush();
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom() throws IOException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (!call.isReady() && !call.isCancelled() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a backup was sent");
    } finally {
      lock.unlock();
    }
    if (call.isCancelled()) {
      throw new ClientGoneException("the client has gone");
    }
    if (!call.isReady()) {
      throw new ClientGoneException("the client took nothing for " + patience.toSeconds() + " s");
    }
  }

  private final class Chunks extends OutputStream {
    private final long total;

    Chunks(long total) {
      this.total = total;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      awaitRoom();
      call.onNext(
          BackupChunk.newBuilder()
              .setData(ByteString.copyFrom(bytes, offset, length))
              .setTotalBytes(total)
              .build());
    }
  }
}

package dev.meridian.controlplane.cli;

import dev.meridian.backup.BackupReader;
import dev.meridian.backup.BrokenBackupException;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.controlplane.cli.output.Progress;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.BackupServiceGrpc.BackupServiceBlockingV2Stub;
import dev.meridian.proto.admin.CreateBackupRequest;
import dev.meridian.proto.backup.BackupHeader;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A backup in a file of the operator's. */
final class LocalBackup {

  /** A server that sends nothing for so long has stopped in the middle. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final Path file;
  private final Progress progress;

  LocalBackup(Path file, Progress progress) {
    this.file = file.toAbsolutePath().normalize();
    this.progress = progress;
  }

  /**
   * Reads all of it; what its head says.
   *
   * @throws AdminException when it is not whole
   */
  BackupHeader verify() {
    try {
      return verify(file);
    } catch (BrokenBackupException e) {
      throw AdminException.failed(file + " is " + e.getMessage(), e);
    } catch (IOException e) {
      throw AdminException.failed("cannot read " + file + ": " + reason(e), e);
    }
  }

  private BackupHeader verify(Path read) throws IOException, BrokenBackupException {
    long size = Files.size(read);
    try (InputStream in = new Watched(Files.newInputStream(read), size)) {
      return BackupReader.verify(in);
    }
  }

  /**
   * Writes what the server sends. The file is there when this returns, whole and on disk; else it
   * is as it was.
   *
   * @param replace whether it may replace a file
   * @throws AdminException when it is not there
   */
  BackupHeader receive(AdminClient client, CreateBackupRequest request, boolean replace) {
    if (Files.isDirectory(file)) {
      throw AdminException.failed(file + " is a directory: expected the name of a file");
    }
    if (!replace && Files.exists(file)) {
      throw exists(null);
    }
    try (Partial partial = Partial.beside(file)) {
      client.once(
          BackupServiceGrpc::newBlockingV2Stub,
          stub -> {
            receive(stub, request, partial.path());
            return partial;
          });
      BackupHeader header = verify(partial.path());
      move(partial.path(), replace);
      return header;
    } catch (BrokenBackupException e) {
      throw AdminException.failed(
          "what " + client.server() + " sent is " + e.getMessage() + ". It was not kept", e);
    } catch (FileAlreadyExistsException e) {
      throw exists(e);
    } catch (IOException e) {
      throw AdminException.failed("cannot write " + file + ": " + reason(e), e);
    }
  }

  private AdminException exists(IOException cause) {
    return AdminException.failed(
        file + " exists already: choose another name, or replace it with --force", cause);
  }

  private void receive(BackupServiceBlockingV2Stub stub, CreateBackupRequest request, Path target)
      throws StatusException, IOException {
    BlockingClientCall<?, BackupChunk> call = stub.createBackup(request);
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      for (BackupChunk chunk = next(call); chunk != null; chunk = next(call)) {
        for (ByteBuffer bytes : chunk.getData().asReadOnlyByteBufferList()) {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        }
        received(channel.position(), chunk.getTotalBytes());
      }
      channel.force(true);
    } finally {
      // Of no consequence when all has come.
      call.cancel("the backup cannot be kept", null);
    }
  }

  private static BackupChunk next(BlockingClientCall<?, BackupChunk> call) throws StatusException {
    try {
      return call.read(SILENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw AdminException.unreachable(
          "the server sent nothing more for " + Figures.duration(SILENCE), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AdminException.failed("interrupted", e);
    }
  }

  private void received(long bytes, long total) {
    progress.show(
        "receiving " + Figures.bytes(bytes) + " of " + Figures.bytes(total),
        (double) bytes / Math.max(1, total));
  }

  private void move(Path partial, boolean replace) throws IOException {
    if (replace) {
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.move(partial, file);
    }
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The message of an exception of a file is its name only, when the system gives no reason. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException named && named.getReason() == null
        ? e.toString()
        : e.getMessage();
  }

  /** A file that goes unless it was moved; for nobody but its owner. */
  private record Partial(Path path) implements AutoCloseable {

    static Partial beside(Path file) throws IOException {
      return new Partial(
          Files.createTempFile(file.getParent(), file.getFileName() + ".", ".partial"));
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path);
    }
  }

  /** Tells how much was read. */
  private final class Watched extends FilterInputStream {
    private final long size;
    private long position;

    Watched(InputStream in, long size) {
      super(in);
      this.size = size;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      position += Math.max(0, count);
      progress.show("checking " + file, (double) position / Math.max(1, size));
      return count;
    }
  }
}

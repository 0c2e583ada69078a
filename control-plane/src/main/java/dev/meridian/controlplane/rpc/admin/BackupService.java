package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.backup.Backups;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.calls.GrpcErrors;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.CreateBackupRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams this server's state to operators. */
final class BackupService extends BackupServiceGrpc.BackupServiceImplBase {

  private static final Logger log = LoggerFactory.getLogger(BackupService.class);

  /** With a client that takes nothing: the copy keeps rows on disk that are gone otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A backup without a quorum waits so long for its place in the audit, and goes without. */
  private static final Duration LOCAL_NOTE = Duration.ofSeconds(2);

  private final RaftNode raft;
  private final Backups backups;
  private final AuditNotes audit;

  BackupService(RaftNode raft, Backups backups, AuditNotes audit) {
    this.raft = raft;
    this.backups = backups;
    this.audit = audit;
  }

  @Override
  public void createBackup(CreateBackupRequest request, StreamObserver<BackupChunk> reply) {
    ServerCallStreamObserver<BackupChunk> call = (ServerCallStreamObserver<BackupChunk>) reply;
    BackupStream stream = new BackupStream(call, PATIENCE);
    Deadline quorum = UnaryCall.deadline(UnaryCall.COMMAND);
    AuditNotes.Note note =
        audit.of("backup.create", raft.region().value(), request.getLocal() ? "local" : "");
    Thread.ofVirtual()
        .name("backup")
        .start(() -> {
          try {
            if (!request.getLocal()) {
              raft.barrier().await(quorum);
            }
            send(
                stream,
                () -> {
                  if (request.getLocal()) {
                    audit.tryToWrite(note, Deadline.in(LOCAL_NOTE));
                  } else {
                    audit.write(note, quorum);
                  }
                });
            call.onCompleted();
          } catch (BackupStream.ClientGoneException e) {
            log.info("a backup came to no end: {}", e.getMessage());
            call.onError(Status.CANCELLED.withDescription(e.getMessage()).asRuntimeException());
          } catch (IOException e) {
            log.error("a backup failed", e);
            call.onError(
                Status.INTERNAL
                    .withDescription("the server cannot make the backup: " + e.getMessage())
                    .asRuntimeException());
          } catch (RuntimeException e) {
            call.onError(GrpcErrors.of(e));
          }
        });
  }

  /**
   * @param first done before anything leaves the server
   */
  private void send(BackupStream stream, Runnable first) throws IOException {
    try (Backups.Copy copy =
        backups
            .take()
            .orElseThrow(() ->
                Status.FAILED_PRECONDITION
                    .withDescription("another backup of this server is under way: try again later")
                    .asRuntimeException())) {
      first.run();
      stream.send(copy.writer());
    }
  }
}

package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.model.Digest;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.RequestRecord;
import java.util.Optional;

/**
 * Remembers the outcomes of the last commands, so that one that comes twice is applied once. A
 * command that was prepared before the window is refused: its first coming may be forgotten.
 *
 * <p>That holds however long a retry takes, since a retry says that it was prepared no later than
 * the first attempt was applied: what is applied within the window of that is still remembered.
 */
final class RequestWindow {

  /** How many revisions are remembered. */
  static final long REVISIONS = 1_000_000;

  /** More than the one row that a command adds, so that a smaller window is reached in time. */
  private static final int ROWS_TRIMMED_PER_COMMAND = 2;

  private final WriteSet rows;
  private final long size;

  RequestWindow(WriteSet rows, long size) {
    this.rows = rows;
    this.size = size;
  }

  /** What was answered when the command came first; of a rejection the code is all that is kept. */
  Optional<CommandOutcome> earlierOutcome(ByteString commandId) {
    return rows.get(Tables.REQUESTS, commandId).map(RequestWindow::outcome);
  }

  /** Whether the command may have come before without being remembered. */
  boolean isExpired(Command command, long revision) {
    return revision - command.getPreparedRevision() > size;
  }

  /** Remembers the outcome of a revision and forgets the oldest. */
  void record(ByteString commandId, long revision, Outcome outcome) {
    RequestRecord.Builder request = RequestRecord.newBuilder().setRevision(revision);
    switch (outcome) {
      case Outcome.Accepted() -> request.setRejection(0);
      case Outcome.Restored(Digest digest) -> request.setDigest(digest.toString());
      case Outcome.Rejected(Rejection rejection) ->
          request.setRejection(rejection.code().getNumber());
    }
    rows.put(Tables.REQUESTS, commandId, request.build());
    rows.put(Tables.REQUEST_ORDER, revision, commandId);
    trim(revision - size);
  }

  private void trim(long last) {
    long trimmed = rows.number(Meta.TRIMMED_REVISION);
    long next = Math.min(last, trimmed + ROWS_TRIMMED_PER_COMMAND);
    if (next <= trimmed) {
      return;
    }
    for (long revision = trimmed + 1; revision <= next; revision++) {
      rows.get(Tables.REQUEST_ORDER, revision)
          .ifPresent(commandId -> rows.delete(Tables.REQUESTS, commandId));
      rows.delete(Tables.REQUEST_ORDER, revision);
    }
    rows.put(Tables.META, Meta.TRIMMED_REVISION, next);
  }

  private static CommandOutcome outcome(RequestRecord request) {
    CommandOutcome.Builder outcome =
        CommandOutcome.newBuilder()
            .setRevision(request.getRevision())
            .setDigest(request.getDigest());
    if (request.getRejection() != 0) {
      RejectionCode code = RejectionCode.forNumber(request.getRejection());
      outcome.setRejection(
          CommandRejection.newBuilder()
              .setCode(code)
              .setMessage("the command was refused with " + code + " when it came first"));
    }
    return outcome.build();
  }
}

package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.Visibility;
import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.raft.CommandGateway;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.UnavailableException;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;

/** Runs the commands of nodes: prepare, submit, wait until applied here, answer. */
final class Commands {

  private final CommandPreparer preparer;
  private final RaftNode raft;
  private final Visibility visibility;

  Commands(CommandPreparer preparer, RaftNode raft, Visibility visibility) {
    this.preparer = preparer;
    this.raft = raft;
    this.visibility = visibility;
  }

  /**
   * Runs a request.
   *
   * @throws RejectedException when it was decided against
   * @throws UnavailableException when it was not submitted
   * @throws UnknownOutcomeException when it may have been applied
   */
  ExecuteReply execute(ExecuteRequest request, Deadline deadline) {
    raft.requireMember();
    return switch (preparer.prepare(request)) {
      case PreparedCommand.Refused refused -> throw new RejectedException(refused.rejection(), 0);
      case PreparedCommand.Ready ready -> {
        long revision = decide(ready.command(), deadline);
        if (mustBeSeenEverywhere(request)) {
          visibility.await(revision, deadline);
        }
        ExecuteReply.Builder reply = ExecuteReply.newBuilder().setRevision(revision);
        ready.manifest().ifPresent(reply::setPutManifest);
        yield reply.build();
      }
    };
  }

  private long decide(Command command, Deadline deadline) {
    return switch (raft.gateway().execute(command, deadline)) {
      case CommandGateway.Result.Decided(var outcome) -> {
        if (outcome.hasRejection()) {
          throw new RejectedException(outcome.getRejection(), outcome.getRevision());
        }
        yield outcome.getRevision();
      }
      case CommandGateway.Result.NotSubmitted(String reason) ->
          throw new UnavailableException("the command was not submitted: " + reason);
      case CommandGateway.Result.Unknown(String reason) ->
          throw new UnknownOutcomeException("the command's outcome is not known: " + reason);
    };
  }

  /** Reads by digest are answered by any replica as it stands (DESIGN, "Reads"). */
  private static boolean mustBeSeenEverywhere(ExecuteRequest request) {
    return request.hasDeleteManifest() || request.hasDeleteBlob();
  }

  /** A command was submitted and may have been applied; its id may be sent again. */
  static final class UnknownOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownOutcomeException(String message) {
      super(message);
    }
  }
}

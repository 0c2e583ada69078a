package dev.meridian.controlplane.rpc.calls;

import dev.meridian.controlplane.cluster.Visibility;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.raft.CommandGateway;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;

/** Runs commands: prepare, submit, wait until applied here, answer. */
public final class Commands {

  private final CommandPreparer preparer;
  private final RaftNode raft;
  private final Visibility visibility;

  public Commands(CommandPreparer preparer, RaftNode raft, Visibility visibility) {
    this.preparer = preparer;
    this.raft = raft;
    this.visibility = visibility;
  }

  /**
   * Runs the request of a node.
   *
   * @throws RejectedException when it was decided against
   * @throws UnavailableException when it was not submitted
   * @throws UnknownOutcomeException when it may have been applied
   */
  public ExecuteReply execute(ExecuteRequest request, Deadline deadline) {
    PreparedCommand.Ready ready = ready(preparer.prepare(request));
    ExecuteReply.Builder reply =
        ExecuteReply.newBuilder().setRevision(run(ready, deadline).getRevision());
    ready.manifest().ifPresent(reply::setPutManifest);
    return reply.build();
  }

  /** Runs a command that was prepared; throws as {@link #execute} does. */
  public CommandOutcome run(PreparedCommand prepared, Deadline deadline) {
    raft.requireMember();
    Command command = ready(prepared).command();
    CommandOutcome outcome = decide(command, deadline);
    if (mustBeSeenEverywhere(command)) {
      visibility.await(outcome.getRevision(), deadline);
    }
    return outcome;
  }

  private static PreparedCommand.Ready ready(PreparedCommand prepared) {
    return switch (prepared) {
      case PreparedCommand.Refused refused -> throw new RejectedException(refused.rejection(), 0);
      case PreparedCommand.Ready ready -> ready;
    };
  }

  private CommandOutcome decide(Command command, Deadline deadline) {
    return switch (raft.gateway().execute(command, deadline)) {
      case CommandGateway.Result.Decided(var outcome) -> {
        if (outcome.hasRejection()) {
          throw new RejectedException(outcome.getRejection(), outcome.getRevision());
        }
        yield outcome;
      }
      case CommandGateway.Result.NotSubmitted(String reason) ->
          throw new UnavailableException("the command was not submitted: " + reason);
      case CommandGateway.Result.Unknown(String reason) ->
          throw new UnknownOutcomeException("the command's outcome is not known: " + reason);
    };
  }

  /** Reads by digest are answered by any replica as it stands (DESIGN, "Reads"). */
  private static boolean mustBeSeenEverywhere(Command command) {
    return command.hasDeleteManifest() || command.hasDeleteBlob() || command.hasDeleteRepository();
  }

  /** A command was submitted and may have been applied; its id may be sent again. */
  public static final class UnknownOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownOutcomeException(String message) {
      super(message);
    }
  }
}

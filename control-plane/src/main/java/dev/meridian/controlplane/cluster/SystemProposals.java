package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.raft.CommandGateway;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.proto.log.Command;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands that this server proposes on its own. Nobody waits for their outcome but it. */
public final class SystemProposals {

  private static final Logger log = LoggerFactory.getLogger(SystemProposals.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CommandGateway gateway;

  public SystemProposals(CommandGateway gateway) {
    this.gateway = gateway;
  }

  /** True when it was applied here; false when it was not, or that is not known. */
  public boolean propose(Command command) {
    CommandGateway.Result result = gateway.execute(command, Deadline.in(PATIENCE));
    return switch (result) {
      case CommandGateway.Result.Decided(var outcome) -> {
        if (outcome.hasRejection()) {
          log.warn(
              "{} was rejected: {}",
              command.getOperationCase(),
              outcome.getRejection().getMessage());
        }
        yield !outcome.hasRejection();
      }
      case CommandGateway.Result.NotSubmitted(String reason) -> {
        log.debug("{} was not submitted: {}", command.getOperationCase(), reason);
        yield false;
      }
      case CommandGateway.Result.Unknown(String reason) -> {
        log.debug("the outcome of {} is not known: {}", command.getOperationCase(), reason);
        yield false;
      }
    };
  }
}

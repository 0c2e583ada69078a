package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.proto.log.Command;
import java.time.Duration;
import java.util.Optional;

/**
 * Has done bit by bit what no single command may do: what deleted repositories and removed regions
 * leave behind is cleared, and links are brought to policies that changed. In this order, since a
 * review ends when no purge is left.
 */
final class Housekeeping {

  /** So long a round may take, and one command more: ticks must not wait for long. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final LiveDatabase live;
  private final SystemProposals proposals;
  private final SystemCommands commands;

  Housekeeping(LiveDatabase live, SystemProposals proposals, SystemCommands commands) {
    this.live = live;
    this.proposals = proposals;
    this.commands = commands;
  }

  /** Goes on until nothing is left, the round is over, or a command is not applied. */
  void advance() {
    long start = System.nanoTime();
    Optional<Command> next = live.query(this::next).value();
    while (next.isPresent()
        && proposals.propose(next.get())
        && System.nanoTime() - start < ROUND.toNanos()) {
      next = live.query(this::next).value();
    }
  }

  private Optional<Command> next(Queries queries) {
    return queries.deletedRepositories(1).stream()
        .map(commands::purgeRepository)
        .findFirst()
        .or(() -> queries.removedRegions().stream().map(commands::purgeRegion).findFirst())
        .or(() ->
            queries.forCopies().isReviewing()
                ? Optional.of(commands.reviewLinks())
                : Optional.empty());
  }
}

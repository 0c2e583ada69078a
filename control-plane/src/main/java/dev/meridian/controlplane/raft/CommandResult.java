package dev.meridian.controlplane.raft;

import dev.meridian.proto.log.CommandOutcome;

/** What became of a command. */
public sealed interface CommandResult {

  /** It was applied, here too; a rejection is an outcome. */
  record Decided(CommandOutcome outcome) implements CommandResult {}

  /** It never went to the log. */
  record NotSubmitted(String reason) implements CommandResult {}

  /** It may be applied, now or later, or not at all: it may be sent again under its id. */
  record Unknown(String reason) implements CommandResult {}
}

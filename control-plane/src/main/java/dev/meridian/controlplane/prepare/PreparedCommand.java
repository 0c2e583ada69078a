package dev.meridian.controlplane.prepare;

import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.metadata.PutManifestResult;
import java.util.Optional;

/** What became of a request. */
public sealed interface PreparedCommand {

  /**
   * It goes to the log.
   *
   * @param manifest what the reply to an accepted PutManifest says; empty for other commands
   */
  record Ready(Command command, Optional<PutManifestResult> manifest) implements PreparedCommand {}

  /** It can never be applied. */
  record Refused(CommandRejection rejection) implements PreparedCommand {}
}

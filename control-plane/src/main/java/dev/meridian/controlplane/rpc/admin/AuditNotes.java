package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.RejectedException;
import dev.meridian.controlplane.rpc.login.OperatorLogin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audits what operators do to servers, which no command of its own tells of. */
final class AuditNotes {

  private static final Logger log = LoggerFactory.getLogger(AuditNotes.class);

  private final AdminPreparer preparer;
  private final Commands commands;

  AuditNotes(AdminPreparer preparer, Commands commands) {
    this.preparer = preparer;
    this.commands = commands;
  }

  /** What somebody does, in words, and as a command. */
  record Note(String text, PreparedCommand command) {}

  /**
   * What the caller of the present call does; it may be written after the call.
   *
   * @param action such as {@code backup.create}
   */
  Note of(String action, String target, String detail) {
    return new Note(
        action + " of " + target + " by " + OperatorLogin.caller().principal(),
        preparer.note(action, target, detail));
  }

  /** Writes it to the audit and to the log; throws as {@link Commands#run} does. */
  void write(Note note, Deadline deadline) {
    commands.run(note.command(), deadline);
    log.info("{}", note.text());
  }

  /** The same of what is done whether or not the audit can have it; else the log says so. */
  void tryToWrite(Note note, Deadline deadline) {
    try {
      write(note, deadline);
    } catch (UnavailableException | RejectedException | Commands.UnknownOutcomeException e) {
      log.warn("{} may not be in the audit: {}", note.text(), e.getMessage());
    }
  }
}

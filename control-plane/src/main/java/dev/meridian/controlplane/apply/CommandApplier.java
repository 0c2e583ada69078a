package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.access.AccountCommands;
import dev.meridian.controlplane.apply.access.AuditTrail;
import dev.meridian.controlplane.apply.access.Authorisation;
import dev.meridian.controlplane.apply.access.GrantCommands;
import dev.meridian.controlplane.apply.access.GroupCommands;
import dev.meridian.controlplane.apply.access.RobotCommands;
import dev.meridian.controlplane.apply.access.RuleCommands;
import dev.meridian.controlplane.apply.access.SigningKeyCommands;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.PolicyCommands;
import dev.meridian.controlplane.apply.copies.Reviews;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.model.Digest;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import dev.meridian.proto.log.RejectionCode;
import java.util.Optional;

/** Applies log entries to the store; the same entries give the same state everywhere. */
public final class CommandApplier {

  /** About so many rows are worked on by one command of a purge or a review. */
  static final int STEP_ROWS = 1_000;

  private final long requestWindow;
  private final int stepRows;
  private final long auditRows;

  /** Applies commands as all servers of a cluster must. */
  public CommandApplier() {
    this(RequestWindow.REVISIONS, STEP_ROWS, AuditTrail.MAX_ROWS);
  }

  /** With a smaller window and smaller steps, for tests of their ends. */
  CommandApplier(long requestWindow, int stepRows) {
    this(requestWindow, stepRows, AuditTrail.MAX_ROWS);
  }

  /** With a shorter audit too. */
  CommandApplier(long requestWindow, int stepRows, long auditRows) {
    this.requestWindow = requestWindow;
    this.stepRows = stepRows;
    this.auditRows = auditRows;
  }

  /**
   * Applies the commands of an entry in order, each seeing the writes of those before it, and
   * commits them with the entry's position in one batch.
   *
   * @return one outcome for each command; a command that came before answers its first one
   * @throws RuntimeException when the store fails, an invariant is broken or the entry does not
   *     follow the store's position; nothing was written
   */
  public Outcomes apply(MetadataDb db, LogPosition position, Entry entry) {
    try (WriteSet rows = db.write(position)) {
      Outcomes.Builder outcomes = Outcomes.newBuilder();
      for (Command command : entry.getCommandsList()) {
        outcomes.addOutcomes(apply(rows, command));
      }
      rows.commit();
      return outcomes.build();
    }
  }

  private CommandOutcome apply(WriteSet rows, Command command) {
    RequestWindow window = new RequestWindow(rows, requestWindow);
    Optional<CommandOutcome> earlier = window.earlierOutcome(command.getId());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    long revision = rows.increment(Meta.REVISION);
    Outcome outcome =
        window.isExpired(command, revision)
            ? Outcome.rejected(
                RejectionCode.COMMAND_EXPIRED,
                "the command was prepared at revision "
                    + command.getPreparedRevision()
                    + ", too long before revision "
                    + revision)
            : decideAndNote(new CommandContext(rows, command, revision, stepRows));
    window.record(command.getId(), revision, outcome);
    return toProto(revision, outcome);
  }

  private Outcome decideAndNote(CommandContext context) {
    context.rows().mark();
    Outcome outcome =
        Authorisation.refusal(context).map(Outcome::rejected).orElseGet(() -> decide(context));
    new AuditTrail(context, auditRows).note(outcome, context.rows().isChangedSinceMark());
    return outcome;
  }

  private static Outcome decide(CommandContext context) {
    Command command = context.command();
    return switch (command.getOperationCase()) {
      case BOOTSTRAP -> new ClusterCommands(context).bootstrap(command.getBootstrap());
      case TICK -> new ClusterCommands(context).tick(command.getTick());
      case CREATE_REPOSITORY ->
          new RepositoryCommands(context).create(command.getCreateRepository());
      case COMMIT_BLOB -> new BlobCommands(context).commit(command.getCommitBlob());
      case MOUNT_BLOB -> new BlobCommands(context).mount(command.getMountBlob());
      case PUT_MANIFEST -> new ManifestCommands(context).put(command.getPutManifest());
      case DELETE_TAG -> new TagCommands(context).delete(command.getDeleteTag());
      case DELETE_MANIFEST -> new ManifestCommands(context).delete(command.getDeleteManifest());
      case DELETE_BLOB -> new BlobCommands(context).delete(command.getDeleteBlob());
      case ADD_PLACEMENT -> new ObjectCommands(context).addPlacement(command.getAddPlacement());
      case REMOVE_PLACEMENT ->
          new ObjectCommands(context).removePlacement(command.getRemovePlacement());
      case RENEW_LINK -> new BlobCommands(context).renew(command.getRenewLink());
      case DOOM_OBJECTS -> new ObjectCommands(context).doom(command.getDoomObjects());
      case CONFIRM_DELETIONS ->
          new ObjectCommands(context).confirmDeletions(command.getConfirmDeletions());
      case COLLECT -> new ObjectCommands(context).collect(command.getCollect());
      case JOIN_NODE -> new RegionCommands(context).join(command.getJoinNode());
      case LEAVE_NODE -> new RegionCommands(context).leave(command.getLeaveNode());
      case SET_TAGS -> new TagCommands(context).set(command.getSetTags());
      case RESTORE_TAG -> new TagCommands(context).restore(command.getRestoreTag());
      case DELETE_REPOSITORY ->
          new RepositoryCommands(context).delete(command.getDeleteRepository());
      case PURGE_REPOSITORY -> new RepositoryPurge(context).purge(command.getPurgeRepository());
      case ANNOUNCE_REGION -> new RegionCommands(context).announce(command.getAnnounceRegion());
      case DRAIN_REGION -> new RegionCommands(context).drain(command.getDrainRegion());
      case REMOVE_REGION -> new RegionCommands(context).remove(command.getRemoveRegion());
      case PURGE_REGION -> new RegionCommands(context).purge(command.getPurgeRegion());
      case DRAIN_NODE -> new RegionCommands(context).drain(command.getDrainNode());
      case RENEW_CLUSTER -> new ClusterCommands(context).renew(command.getRenewCluster());
      case SET_POLICY -> new PolicyCommands(context).set(command.getSetPolicy());
      case DELETE_POLICY -> new PolicyCommands(context).delete(command.getDeletePolicy());
      case REVIEW_LINKS -> new Reviews(context).advance(command.getReviewLinks());
      case PAUSE_REPLICATION -> new RegionCommands(context).pause(command.getPauseReplication());
      case FOUND_ADMINISTRATOR ->
          new AccountCommands(context).found(command.getFoundAdministrator());
      case CREATE_USER -> new AccountCommands(context).createUser(command.getCreateUser());
      case CHANGE_PASSWORD ->
          new AccountCommands(context).changePassword(command.getChangePassword());
      case DISABLE_ACCOUNT -> new AccountCommands(context).disable(command.getDisableAccount());
      case DELETE_ACCOUNT -> new AccountCommands(context).delete(command.getDeleteAccount());
      case NOTE_USE -> new AccountCommands(context).noteUse(command.getNoteUse());
      case CREATE_ROBOT -> new RobotCommands(context).create(command.getCreateRobot());
      case ADD_ROBOT_SECRET -> new RobotCommands(context).addSecret(command.getAddRobotSecret());
      case REMOVE_ROBOT_SECRET ->
          new RobotCommands(context).removeSecret(command.getRemoveRobotSecret());
      case WARN_OF_EXPIRY -> new RobotCommands(context).warn(command.getWarnOfExpiry());
      case CREATE_GROUP -> new GroupCommands(context).create(command.getCreateGroup());
      case DELETE_GROUP -> new GroupCommands(context).delete(command.getDeleteGroup());
      case CHANGE_MEMBERSHIP -> new GroupCommands(context).change(command.getChangeMembership());
      case SET_GRANT -> new GrantCommands(context).set(command.getSetGrant());
      case DELETE_GRANT -> new GrantCommands(context).delete(command.getDeleteGrant());
      case SET_VISIBILITY -> new RuleCommands(context).setVisibility(command.getSetVisibility());
      case DELETE_VISIBILITY ->
          new RuleCommands(context).deleteVisibility(command.getDeleteVisibility());
      case SET_TAG_RULE -> new RuleCommands(context).setTagRule(command.getSetTagRule());
      case DELETE_TAG_RULE -> new RuleCommands(context).deleteTagRule(command.getDeleteTagRule());
      case ADD_SIGNING_KEY -> new SigningKeyCommands(context).add(command.getAddSigningKey());
      case NOTE_EVENT -> Outcome.ACCEPTED;
      case OPERATION_NOT_SET ->
          throw new IllegalStateException(
              "the log holds a command that this server does not know: expected a newer server");
    };
  }

  private static CommandOutcome toProto(long revision, Outcome outcome) {
    CommandOutcome.Builder proto = CommandOutcome.newBuilder().setRevision(revision);
    return switch (outcome) {
      case Outcome.Accepted() -> proto.build();
      case Outcome.Restored(Digest digest) -> proto.setDigest(digest.toString()).build();
      case Outcome.Rejected(Rejection rejection) -> proto.setRejection(rejection.toProto()).build();
    };
  }
}

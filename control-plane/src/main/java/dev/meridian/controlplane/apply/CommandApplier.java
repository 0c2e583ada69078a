package dev.meridian.controlplane.apply;

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

  /** Applies commands as all servers of a cluster must. */
  public CommandApplier() {
    this(RequestWindow.REVISIONS, STEP_ROWS);
  }

  /** With a smaller window and smaller steps, for tests of their ends. */
  CommandApplier(long requestWindow, int stepRows) {
    this.requestWindow = requestWindow;
    this.stepRows = stepRows;
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
            : decide(new CommandContext(rows, command, revision, stepRows));
    window.record(command.getId(), revision, outcome);
    return toProto(revision, outcome);
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
      case REVIEW_LINKS -> new Reviews(context).advance();
      case PAUSE_REPLICATION -> new RegionCommands(context).pause(command.getPauseReplication());
      case FOUND_ADMINISTRATOR,
          CREATE_USER,
          CHANGE_PASSWORD,
          CREATE_ROBOT,
          ADD_ROBOT_SECRET,
          REMOVE_ROBOT_SECRET,
          DISABLE_ACCOUNT,
          DELETE_ACCOUNT,
          NOTE_USE,
          WARN_OF_EXPIRY,
          CREATE_GROUP,
          DELETE_GROUP,
          CHANGE_MEMBERSHIP,
          SET_GRANT,
          DELETE_GRANT,
          SET_VISIBILITY,
          DELETE_VISIBILITY,
          SET_TAG_RULE,
          DELETE_TAG_RULE,
          ADD_SIGNING_KEY ->
          throw new IllegalStateException("access commands are not there yet");
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

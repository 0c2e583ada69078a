package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.SetPolicy;
import dev.meridian.proto.log.SetTags;
import dev.meridian.proto.log.TagMove;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A command as the audit names it.
 *
 * @param name such as {@code tag.set}
 * @param repository empty where it is about none
 * @param target what it is about
 * @param detail what that becomes; nothing secret
 */
record AuditedAction(String name, String repository, String target, String detail) {

  /** Empty of what is part of something else that is audited, and of what servers do. */
  static Optional<AuditedAction> of(Command command) {
    return switch (command.getOperationCase()) {
      case CREATE_REPOSITORY ->
          of("repository.create", command.getCreateRepository().getRepository(), "", "");
      case DELETE_REPOSITORY ->
          of("repository.delete", command.getDeleteRepository().getRepository(), "", "");
      case PUT_MANIFEST -> push(command.getPutManifest());
      case DELETE_MANIFEST ->
          of(
              "manifest.delete",
              command.getDeleteManifest().getRepository(),
              command.getDeleteManifest().getDigest(),
              "");
      case DELETE_BLOB ->
          of(
              "blob.delete",
              command.getDeleteBlob().getRepository(),
              command.getDeleteBlob().getDigest(),
              "");
      case SET_TAGS -> tags(command.getSetTags());
      case RESTORE_TAG ->
          of(
              "tag.restore",
              command.getRestoreTag().getRepository(),
              command.getRestoreTag().getTag(),
              command.getRestoreTag().getRevision() == 0
                  ? "before its last change"
                  : "of revision " + Long.toUnsignedString(command.getRestoreTag().getRevision()));
      case DELETE_TAG ->
          of(
              "tag.delete",
              command.getDeleteTag().getRepository(),
              command.getDeleteTag().getTag(),
              "");
      case SET_POLICY -> policy(command.getSetPolicy());
      case DELETE_POLICY -> of("policy.delete", "", command.getDeletePolicy().getPrefix(), "");
      case DRAIN_REGION ->
          of(
              command.getDrainRegion().getDrained() ? "region.drain" : "region.resume",
              "",
              command.getDrainRegion().getRegion(),
              "");
      case REMOVE_REGION -> of("region.remove", "", command.getRemoveRegion().getRegion(), "");
      case DRAIN_NODE ->
          of(
              command.getDrainNode().getDrained() ? "node.drain" : "node.resume",
              "",
              command.getDrainNode().getNodeId(),
              "");
      case PAUSE_REPLICATION ->
          of(
              command.getPauseReplication().getPaused()
                  ? "replication.pause"
                  : "replication.resume",
              "",
              command.getPauseReplication().getRegion(),
              "");
      case FOUND_ADMINISTRATOR ->
          of("user.create", "", command.getFoundAdministrator().getName(), "the first one");
      case CREATE_USER -> of("user.create", "", command.getCreateUser().getName(), "");
      case CHANGE_PASSWORD -> of("user.password", "", command.getChangePassword().getName(), "");
      case CREATE_ROBOT ->
          of(
              "robot.create",
              "",
              command.getCreateRobot().getName(),
              "secret " + command.getCreateRobot().getSecret().getId());
      case ADD_ROBOT_SECRET ->
          of(
              "robot.secret.add",
              "",
              command.getAddRobotSecret().getName(),
              "secret " + command.getAddRobotSecret().getSecret().getId());
      case REMOVE_ROBOT_SECRET ->
          of(
              "robot.secret.remove",
              "",
              command.getRemoveRobotSecret().getName(),
              "secret " + command.getRemoveRobotSecret().getId());
      case DISABLE_ACCOUNT ->
          account(
              command.getDisableAccount().getName(),
              command.getDisableAccount().getDisabled() ? "disable" : "enable");
      case DELETE_ACCOUNT -> account(command.getDeleteAccount().getName(), "delete");
      case WARN_OF_EXPIRY -> of("robot.expiring", "", command.getWarnOfExpiry().getName(), "");
      case CREATE_GROUP -> of("group.create", "", command.getCreateGroup().getName(), "");
      case DELETE_GROUP -> of("group.delete", "", command.getDeleteGroup().getName(), "");
      case CHANGE_MEMBERSHIP ->
          of(
              command.getChangeMembership().getMember() ? "group.add" : "group.remove",
              "",
              command.getChangeMembership().getGroup(),
              command.getChangeMembership().getAccount());
      case SET_GRANT -> grant(command.getSetGrant().getGrant());
      case DELETE_GRANT ->
          of(
              "grant.delete",
              "",
              command.getDeleteGrant().getPattern(),
              command.getDeleteGrant().getSubject()
                  + (command.getDeleteGrant().getDeny() ? " is denied nothing more" : ""));
      case SET_VISIBILITY ->
          of(
              "visibility.set",
              "",
              command.getSetVisibility().getPrefix(),
              command.getSetVisibility().getVisibility().name().toLowerCase(Locale.ROOT));
      case DELETE_VISIBILITY ->
          of("visibility.delete", "", command.getDeleteVisibility().getPrefix(), "");
      case SET_TAG_RULE ->
          of(
              "tag_rule.set",
              "",
              command.getSetTagRule().getPattern(),
              command.getSetTagRule().getTags());
      case DELETE_TAG_RULE ->
          of(
              "tag_rule.delete",
              "",
              command.getDeleteTagRule().getPattern(),
              command.getDeleteTagRule().getTags());
      case ADD_SIGNING_KEY ->
          of(
              "key.add",
              "",
              command.getAddSigningKey().getId(),
              command.getAddSigningKey().getRevoke() ? "all others are revoked" : "");
      case NOTE_EVENT ->
          of(
              command.getNoteEvent().getAction(),
              "",
              command.getNoteEvent().getTarget(),
              command.getNoteEvent().getDetail());
      case BOOTSTRAP,
          TICK,
          COMMIT_BLOB,
          MOUNT_BLOB,
          ADD_PLACEMENT,
          REMOVE_PLACEMENT,
          RENEW_LINK,
          DOOM_OBJECTS,
          CONFIRM_DELETIONS,
          COLLECT,
          JOIN_NODE,
          LEAVE_NODE,
          PURGE_REPOSITORY,
          ANNOUNCE_REGION,
          PURGE_REGION,
          RENEW_CLUSTER,
          REVIEW_LINKS,
          NOTE_USE,
          OPERATION_NOT_SET ->
          Optional.empty();
    };
  }

  private static Optional<AuditedAction> of(
      String name, String repository, String target, String detail) {
    return Optional.of(new AuditedAction(name, repository, target, detail));
  }

  private static Optional<AuditedAction> push(PutManifest manifest) {
    return of(
        "manifest.push",
        manifest.getRepository(),
        manifest.getDigest(),
        manifest.getTagsCount() == 0 ? "" : "tags " + String.join(", ", manifest.getTagsList()));
  }

  /** The repository of the first move, should there be several. */
  private static Optional<AuditedAction> tags(SetTags set) {
    List<TagMove> moves = set.getMovesList();
    return of(
        "tag.set",
        moves.isEmpty() ? "" : moves.getFirst().getRepository(),
        moves.isEmpty() ? "" : moves.getFirst().getTag(),
        moves.stream()
            .map(move -> move.getRepository() + ":" + move.getTag() + " to " + move.getDigest())
            .collect(Collectors.joining(", ")));
  }

  private static Optional<AuditedAction> policy(SetPolicy policy) {
    return of(
        "policy.set",
        "",
        policy.getPrefix(),
        "regions "
            + policy.getRegionsList()
            + ", only "
            + policy.getOnlyList()
            + ", eager "
            + policy.getEager()
            + ", min_copies "
            + policy.getMinCopies());
  }

  private static Optional<AuditedAction> account(String name, String verb) {
    return of((AccountName.parse(name).isRobot() ? "robot." : "user.") + verb, "", name, "");
  }

  private static Optional<AuditedAction> grant(Grant grant) {
    return of(
        "grant.set",
        "",
        grant.getPattern(),
        grant.getSubject()
            + (grant.getDeny() ? " is denied " : " is granted ")
            + String.join(", ", grant.getActionsList())
            + (grant.getRegionsCount() == 0
                ? ""
                : " in " + String.join(", ", grant.getRegionsList())));
  }
}

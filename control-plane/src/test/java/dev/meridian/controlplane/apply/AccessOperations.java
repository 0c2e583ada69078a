package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.proto.log.AddRobotSecret;
import dev.meridian.proto.log.AddSigningKey;
import dev.meridian.proto.log.ChangeMembership;
import dev.meridian.proto.log.ChangePassword;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CreateGroup;
import dev.meridian.proto.log.CreateRobot;
import dev.meridian.proto.log.CreateUser;
import dev.meridian.proto.log.DeleteAccount;
import dev.meridian.proto.log.DeleteGrant;
import dev.meridian.proto.log.DeleteGroup;
import dev.meridian.proto.log.DeleteTagRule;
import dev.meridian.proto.log.DeleteVisibility;
import dev.meridian.proto.log.DisableAccount;
import dev.meridian.proto.log.FoundAdministrator;
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.NoteEvent;
import dev.meridian.proto.log.NoteUse;
import dev.meridian.proto.log.Origin;
import dev.meridian.proto.log.RemoveRobotSecret;
import dev.meridian.proto.log.RobotSecret;
import dev.meridian.proto.log.SetGrant;
import dev.meridian.proto.log.SetTagRule;
import dev.meridian.proto.log.SetVisibility;
import dev.meridian.proto.log.Visibility;
import dev.meridian.proto.log.WarnOfExpiry;
import java.util.List;

/** Commands of access with short arguments. */
public final class AccessOperations {

  private AccessOperations() {}

  /** The command as somebody asks for it whose rights are looked at. */
  public static Command.Builder by(String principal, Command.Builder command) {
    return command
        .setPrincipal(principal)
        .setAuthorise(true)
        .setOrigin(Origin.newBuilder().setRegion("us-east").setAddress("192.0.2.7"));
  }

  public static Command.Builder foundAdministrator(String name) {
    return Command.newBuilder()
        .setFoundAdministrator(
            FoundAdministrator.newBuilder().setName(name).setPasswordHash("hash of " + name));
  }

  public static Command.Builder createUser(String name) {
    return Command.newBuilder()
        .setCreateUser(CreateUser.newBuilder().setName(name).setPasswordHash("hash of " + name));
  }

  public static Command.Builder changePassword(String name, String hash) {
    return Command.newBuilder()
        .setChangePassword(ChangePassword.newBuilder().setName(name).setPasswordHash(hash));
  }

  public static Command.Builder createRobot(String name, long expiresMillis) {
    return Command.newBuilder()
        .setCreateRobot(
            CreateRobot.newBuilder()
                .setName(name)
                .setDescription("builds")
                .setExpiresMs(expiresMillis)
                .setSecret(secret("first")));
  }

  public static Command.Builder addRobotSecret(String name, String id) {
    return Command.newBuilder()
        .setAddRobotSecret(AddRobotSecret.newBuilder().setName(name).setSecret(secret(id)));
  }

  private static RobotSecret.Builder secret(String id) {
    return RobotSecret.newBuilder().setId(id).setHash(ByteString.copyFromUtf8("hash of " + id));
  }

  public static Command.Builder removeRobotSecret(String name, String id) {
    return Command.newBuilder()
        .setRemoveRobotSecret(RemoveRobotSecret.newBuilder().setName(name).setId(id));
  }

  public static Command.Builder disable(String name, boolean disabled) {
    return Command.newBuilder()
        .setDisableAccount(DisableAccount.newBuilder().setName(name).setDisabled(disabled));
  }

  public static Command.Builder deleteAccount(String name) {
    return Command.newBuilder().setDeleteAccount(DeleteAccount.newBuilder().setName(name));
  }

  public static Command.Builder noteUse(String name) {
    return Command.newBuilder().setNoteUse(NoteUse.newBuilder().setName(name));
  }

  public static Command.Builder warnOfExpiry(String name) {
    return Command.newBuilder().setWarnOfExpiry(WarnOfExpiry.newBuilder().setName(name));
  }

  public static Command.Builder createGroup(String name) {
    return Command.newBuilder().setCreateGroup(CreateGroup.newBuilder().setName(name));
  }

  public static Command.Builder deleteGroup(String name) {
    return Command.newBuilder().setDeleteGroup(DeleteGroup.newBuilder().setName(name));
  }

  public static Command.Builder member(String group, String account, boolean member) {
    return Command.newBuilder()
        .setChangeMembership(
            ChangeMembership.newBuilder().setGroup(group).setAccount(account).setMember(member));
  }

  /** Actions as a comma-separated list. */
  public static Command.Builder grant(String subject, String actions, String pattern) {
    return grant(subject, actions, pattern, false);
  }

  public static Command.Builder deny(String subject, String actions, String pattern) {
    return grant(subject, actions, pattern, true);
  }

  public static Command.Builder grant(
      String subject, String actions, String pattern, boolean deny, String... regions) {
    return Command.newBuilder()
        .setSetGrant(
            SetGrant.newBuilder()
                .setGrant(
                    Grant.newBuilder()
                        .setSubject(subject)
                        .setPattern(pattern)
                        .setDeny(deny)
                        .addAllActions(List.of(actions.split(",")))
                        .addAllRegions(List.of(regions))));
  }

  public static Command.Builder deleteGrant(String subject, String pattern, boolean deny) {
    return Command.newBuilder()
        .setDeleteGrant(
            DeleteGrant.newBuilder().setSubject(subject).setPattern(pattern).setDeny(deny));
  }

  public static Command.Builder visibility(String prefix, Visibility visibility) {
    return Command.newBuilder()
        .setSetVisibility(SetVisibility.newBuilder().setPrefix(prefix).setVisibility(visibility));
  }

  public static Command.Builder deleteVisibility(String prefix) {
    return Command.newBuilder()
        .setDeleteVisibility(DeleteVisibility.newBuilder().setPrefix(prefix));
  }

  public static Command.Builder tagRule(String pattern, String tags) {
    return Command.newBuilder()
        .setSetTagRule(SetTagRule.newBuilder().setPattern(pattern).setTags(tags));
  }

  public static Command.Builder deleteTagRule(String pattern, String tags) {
    return Command.newBuilder()
        .setDeleteTagRule(DeleteTagRule.newBuilder().setPattern(pattern).setTags(tags));
  }

  public static Command.Builder addSigningKey(String id, long activeFromMillis) {
    return Command.newBuilder()
        .setAddSigningKey(
            AddSigningKey.newBuilder()
                .setId(id)
                .setPrivateKey(ByteString.copyFromUtf8("private " + id))
                .setPublicKey(ByteString.copyFromUtf8("public " + id))
                .setActiveFromMs(activeFromMillis));
  }

  public static Command.Builder revokeSigningKeys(String id, long activeFromMillis) {
    Command.Builder command = addSigningKey(id, activeFromMillis);
    command.getAddSigningKeyBuilder().setRevoke(true);
    return command;
  }

  public static Command.Builder noteEvent(String action, String target) {
    return Command.newBuilder()
        .setNoteEvent(NoteEvent.newBuilder().setAction(action).setTarget(target));
  }
}

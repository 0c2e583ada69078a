package dev.meridian.controlplane.prepare;

import static dev.meridian.controlplane.prepare.AccessFields.account;
import static dev.meridian.controlplane.prepare.AccessFields.actions;
import static dev.meridian.controlplane.prepare.AccessFields.group;
import static dev.meridian.controlplane.prepare.AccessFields.pattern;
import static dev.meridian.controlplane.prepare.AccessFields.subject;
import static dev.meridian.controlplane.prepare.AccessFields.tags;
import static dev.meridian.controlplane.prepare.RequestFields.regions;

import dev.meridian.access.AccountName;
import dev.meridian.proto.admin.AddRobotSecretRequest;
import dev.meridian.proto.admin.ChangeMembershipRequest;
import dev.meridian.proto.admin.ChangePasswordRequest;
import dev.meridian.proto.admin.CreateGroupRequest;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.DeleteAccountRequest;
import dev.meridian.proto.admin.DeleteGrantRequest;
import dev.meridian.proto.admin.DeleteGroupRequest;
import dev.meridian.proto.admin.DeleteTagRuleRequest;
import dev.meridian.proto.admin.DeleteVisibilityRequest;
import dev.meridian.proto.admin.DisableAccountRequest;
import dev.meridian.proto.admin.NewSecret;
import dev.meridian.proto.admin.RemoveRobotSecretRequest;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityRequest;
import dev.meridian.proto.log.AddRobotSecret;
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
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RemoveRobotSecret;
import dev.meridian.proto.log.RobotSecret;
import dev.meridian.proto.log.SetGrant;
import dev.meridian.proto.log.SetTagRule;
import dev.meridian.proto.log.SetVisibility;
import dev.meridian.proto.log.Visibility;
import dev.meridian.secrets.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Turns requests of operators that are about access into commands, as {@link AdminPreparer} does.
 * Passwords are hashed here: no command holds one.
 */
public final class AccessPreparer {

  /** The shortest password, in bytes. */
  static final int MIN_PASSWORD = 12;

  private static final int MAX_DESCRIPTION = 256;
  private static final int MAX_SECRET_ID = 64;
  private static final int SECRET_HASH = 32;

  private final OperatorEnvelope envelope;
  private final PasswordHashing hashing;
  private final LongSupplier clusterTime;

  /**
   * @param clusterTime in milliseconds
   */
  public AccessPreparer(
      OperatorEnvelope envelope, PasswordHashing hashing, LongSupplier clusterTime) {
    this.envelope = envelope;
    this.hashing = hashing;
    this.clusterTime = clusterTime;
  }

  public PreparedCommand prepare(CreateUserRequest request) {
    return envelope.prepare(
        request.getCommandId(), command -> command.setCreateUser(createUser(request)));
  }

  private CreateUser createUser(CreateUserRequest request) throws RefusedException {
    CreateUser.Builder user = CreateUser.newBuilder().setName(account(request.getName()));
    if (AccountName.parse(request.getName()).isRobot()) {
      throw invalid("a user's name does not begin with " + AccountName.ROBOT_PREFIX);
    }
    return switch (request.getCredentialCase()) {
      case PASSWORD -> user.setPasswordHash(hash(request.getPassword())).build();
      case PASSWORD_HASH -> user.setPasswordHash(bcrypt(request.getPasswordHash())).build();
      case CREDENTIAL_NOT_SET ->
          throw invalid("the request has neither a password nor the hash of one: expected one");
    };
  }

  public PreparedCommand prepare(ChangePasswordRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setChangePassword(
                ChangePassword.newBuilder()
                    .setName(account(request.getName()))
                    .setPasswordHash(hash(request.getPassword()))));
  }

  public PreparedCommand prepare(CreateRobotRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setCreateRobot(
                CreateRobot.newBuilder()
                    .setName(account(request.getName()))
                    .setDescription(description(request.getDescription()))
                    .setExpiresMs(expires(request))
                    .setSecret(secret(request.getSecret()))));
  }

  public PreparedCommand prepare(AddRobotSecretRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setAddRobotSecret(
                AddRobotSecret.newBuilder()
                    .setName(account(request.getName()))
                    .setSecret(secret(request.getSecret()))));
  }

  public PreparedCommand prepare(RemoveRobotSecretRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setRemoveRobotSecret(
                RemoveRobotSecret.newBuilder()
                    .setName(account(request.getName()))
                    .setId(secretId(request.getId()))));
  }

  public PreparedCommand prepare(DisableAccountRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDisableAccount(
                DisableAccount.newBuilder()
                    .setName(account(request.getName()))
                    .setDisabled(request.getDisabled())));
  }

  public PreparedCommand prepare(DeleteAccountRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteAccount(
                DeleteAccount.newBuilder().setName(account(request.getName()))));
  }

  public PreparedCommand prepare(CreateGroupRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setCreateGroup(CreateGroup.newBuilder().setName(group(request.getName()))));
  }

  public PreparedCommand prepare(DeleteGroupRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteGroup(DeleteGroup.newBuilder().setName(group(request.getName()))));
  }

  public PreparedCommand prepare(ChangeMembershipRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setChangeMembership(
                ChangeMembership.newBuilder()
                    .setGroup(group(request.getGroup()))
                    .setAccount(account(request.getAccount()))
                    .setMember(request.getMember())));
  }

  public PreparedCommand prepare(SetGrantRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setSetGrant(
                SetGrant.newBuilder()
                    .setGrant(
                        Grant.newBuilder()
                            .setSubject(subject(request.getGrant().getSubject()))
                            .setPattern(pattern(request.getGrant().getPattern()))
                            .setDeny(request.getGrant().getDeny())
                            .addAllActions(actions(request.getGrant().getActionsList()))
                            .addAllRegions(regions(request.getGrant().getRegionsList())))));
  }

  public PreparedCommand prepare(DeleteGrantRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteGrant(
                DeleteGrant.newBuilder()
                    .setSubject(subject(request.getSubject()))
                    .setPattern(pattern(request.getPattern()))
                    .setDeny(request.getDeny())));
  }

  public PreparedCommand prepare(SetVisibilityRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setSetVisibility(
                SetVisibility.newBuilder()
                    .setPrefix(RequestFields.prefix(request.getRule().getPrefix()))
                    .setVisibility(visibility(request.getRule().getVisibility()))));
  }

  public PreparedCommand prepare(DeleteVisibilityRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteVisibility(
                DeleteVisibility.newBuilder()
                    .setPrefix(RequestFields.prefix(request.getPrefix()))));
  }

  public PreparedCommand prepare(SetTagRuleRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setSetTagRule(
                SetTagRule.newBuilder()
                    .setPattern(pattern(request.getRule().getPattern()))
                    .setTags(tags(request.getRule().getTags()))));
  }

  public PreparedCommand prepare(DeleteTagRuleRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteTagRule(
                DeleteTagRule.newBuilder()
                    .setPattern(pattern(request.getRule().getPattern()))
                    .setTags(tags(request.getRule().getTags()))));
  }

  public PreparedCommand prepare(RotateSigningKeyRequest request) {
    long lead = request.getRevoke() ? 0 : NewSigningKey.LEAD.toMillis();
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setAddSigningKey(
                NewSigningKey.activeFrom(clusterTime.getAsLong() + lead).toBuilder()
                    .setRevoke(request.getRevoke())));
  }

  /** The id of the key that a prepared command adds. */
  public static String keyId(PreparedCommand prepared) {
    return switch (prepared) {
      case PreparedCommand.Ready(Command command, var manifest) ->
          command.getAddSigningKey().getId();
      case PreparedCommand.Refused refused -> "";
    };
  }

  private String hash(String password) throws RefusedException {
    int length = password.getBytes(StandardCharsets.UTF_8).length;
    if (length < MIN_PASSWORD || length > PasswordHash.MAX_PASSWORD) {
      throw invalid(
          "the password has "
              + length
              + " bytes: expected "
              + MIN_PASSWORD
              + " to "
              + PasswordHash.MAX_PASSWORD);
    }
    return hashing.hash(password).value();
  }

  private static String bcrypt(String text) throws RefusedException {
    try {
      PasswordHash hash = PasswordHash.parse(text);
      if (hash.isBcrypt()) {
        return hash.value();
      }
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage());
    }
    throw invalid("the hash of a password is not bcrypt: expected what htpasswd -B writes");
  }

  private static RobotSecret.Builder secret(NewSecret secret) throws RefusedException {
    if (secret.getHash().size() != SECRET_HASH) {
      throw invalid(
          "the hash of the secret has "
              + secret.getHash().size()
              + " bytes: expected the "
              + SECRET_HASH
              + " of SHA-256");
    }
    return RobotSecret.newBuilder().setId(secretId(secret.getId())).setHash(secret.getHash());
  }

  private static String secretId(String id) throws RefusedException {
    if (id.isEmpty()
        || id.length() > MAX_SECRET_ID
        || !id.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw invalid(
          "the id of a secret is not valid: expected 1 to "
              + MAX_SECRET_ID
              + " printable characters");
    }
    return id;
  }

  private static String description(String text) throws RefusedException {
    if (text.length() > MAX_DESCRIPTION || text.chars().anyMatch(Character::isISOControl)) {
      throw invalid(
          "the description is not valid: expected at most "
              + MAX_DESCRIPTION
              + " characters on one line");
    }
    return text;
  }

  private static long expires(CreateRobotRequest request) throws RefusedException {
    if (!request.hasExpires()) {
      return 0;
    }
    long millis =
        Math.multiplyExact(
            Math.clamp(request.getExpires().getSeconds(), 0, Integer.MAX_VALUE * 100L), 1_000L);
    if (millis == 0) {
      throw invalid("the robot expires before it is there: expected a later time");
    }
    return millis;
  }

  private static Visibility visibility(String text) throws RefusedException {
    RequestFields.parsed(text, dev.meridian.access.Visibility::parse, RejectionCode.ACCESS_INVALID);
    return switch (dev.meridian.access.Visibility.parse(text)) {
      case PUBLIC -> Visibility.PUBLIC;
      case INTERNAL -> Visibility.INTERNAL;
      case PRIVATE -> Visibility.PRIVATE;
    };
  }

  private static RefusedException invalid(String message) {
    return new RefusedException(RejectionCode.ACCESS_INVALID, message);
  }
}

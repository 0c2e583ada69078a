package dev.meridian.controlplane.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.ChangeMembershipRequest;
import dev.meridian.proto.admin.CreateGroupRequest;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.NewSecret;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityRequest;
import dev.meridian.proto.admin.TagRule;
import dev.meridian.proto.admin.VisibilityRule;
import dev.meridian.proto.log.AddSigningKey;
import dev.meridian.proto.log.Command;
import dev.meridian.secrets.PasswordHash;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessPreparerTest {

  private static final ByteString ID = ByteString.copyFrom(new byte[16]);
  private static final ByteString HASH = ByteString.copyFrom(new byte[32]);
  private static final String PASSWORD = "a long password";

  private final AccessPreparer preparer =
      new AccessPreparer(
          new OperatorEnvelope(
              new CommandEnvelope(
                  () -> 42, () -> Instant.ofEpochMilli(777), Duration.ofHours(24), 7),
              () -> new Caller("alice", "192.0.2.7", 7),
              RegionId.parse("us-east"),
              true),
          new PasswordHashing(),
          () -> 1_000);

  @Test
  void saysWhoAsksFromWhereAndThatItIsToBeAuthorised() {
    Command command =
        ready(
            preparer.prepare(
                CreateGroupRequest.newBuilder().setCommandId(ID).setName("dev").build()));
    assertThat(command.getPrincipal()).isEqualTo("alice");
    assertThat(command.getAuthorise()).isTrue();
    assertThat(command.getCredentialsRevision()).isEqualTo(7);
    assertThat(command.getOrigin().getRegion()).isEqualTo("us-east");
    assertThat(command.getOrigin().getAddress()).isEqualTo("192.0.2.7");
  }

  @Test
  void noCommandHoldsAPassword() {
    Command command = ready(preparer.prepare(user("bob").setPassword(PASSWORD).build()));
    assertThat(command.toString()).doesNotContain(PASSWORD);
    assertThat(PasswordHash.parse(command.getCreateUser().getPasswordHash()).matches(PASSWORD))
        .isTrue();
  }

  @Test
  void passwordsAreOfReasonableLengthAndHashesAreBcrypt() {
    for (CreateUserRequest.Builder request :
        List.of(
            user("bob"),
            user("bob").setPassword("x".repeat(11)),
            user("bob").setPassword("x".repeat(73)),
            user("bob").setPassword("ü".repeat(37)),
            user("bob").setPasswordHash("secret"),
            user("bob").setPasswordHash(PasswordHash.of(PASSWORD).value()),
            user("robot.bob").setPassword(PASSWORD),
            user("b:ob").setPassword(PASSWORD),
            user("b\nob").setPassword(PASSWORD))) {
      assertThat(message(preparer.prepare(request.build()))).doesNotContain("secret");
    }
    String bcrypt = "$2y$05$" + "a".repeat(53);
    assertThat(
            ready(preparer.prepare(user("bob").setPasswordHash(bcrypt).build()))
                .getCreateUser()
                .getPasswordHash())
        .isEqualTo(bcrypt);
  }

  @Test
  void robotsComeWithTheHashOfASecret() {
    CreateRobotRequest robot =
        CreateRobotRequest.newBuilder()
            .setCommandId(ID)
            .setName("robot.ci")
            .setDescription("builds")
            .setExpires(Timestamp.newBuilder().setSeconds(9))
            .setSecret(NewSecret.newBuilder().setId("abcd").setHash(HASH))
            .build();
    assertThat(ready(preparer.prepare(robot)).getCreateRobot().getExpiresMs()).isEqualTo(9_000);
    for (CreateRobotRequest.Builder request :
        List.of(
            robot.toBuilder().setDescription("two\nlines"),
            robot.toBuilder().setDescription("x".repeat(257)),
            robot.toBuilder().setExpires(Timestamp.newBuilder().setSeconds(-9)),
            robot.toBuilder().setSecret(NewSecret.newBuilder().setHash(HASH)),
            robot.toBuilder().setSecret(NewSecret.newBuilder().setId("a b").setHash(HASH)),
            robot.toBuilder().setSecret(NewSecret.newBuilder().setId("abcd").setHash(ID)))) {
      assertThat(message(preparer.prepare(request.build()))).isNotEmpty();
    }
  }

  @Test
  void grantsAndRulesAreWrittenInOneWay() {
    Command command =
        ready(preparer.prepare(grant("alice", "team/*", "push", "pull", "push").build()));
    assertThat(command.getSetGrant().getGrant().getActionsList()).containsExactly("pull", "push");
    for (SetGrantRequest.Builder request :
        List.of(
            grant("alice", "team/*"),
            grant("alice", "team/*", "write"),
            grant("alice", "team*", "pull"),
            grant("alice", "../team", "pull"),
            grant("group:", "team", "pull"),
            grant("al ice", "team", "pull"))) {
      assertThat(message(preparer.prepare(request.build()))).isNotEmpty();
    }
    assertThat(
            message(
                preparer.prepare(
                    SetVisibilityRequest.newBuilder()
                        .setCommandId(ID)
                        .setRule(VisibilityRule.newBuilder().setVisibility("open"))
                        .build())))
        .isNotEmpty();
    assertThat(
            message(
                preparer.prepare(
                    SetTagRuleRequest.newBuilder()
                        .setCommandId(ID)
                        .setRule(TagRule.newBuilder().setPattern("*").setTags("a/b"))
                        .build())))
        .isNotEmpty();
    assertThat(
            message(
                preparer.prepare(
                    ChangeMembershipRequest.newBuilder()
                        .setCommandId(ID)
                        .setGroup("Dev")
                        .setAccount("alice")
                        .build())))
        .isNotEmpty();
  }

  @Test
  void aKeyThatRevokesTheOthersSignsAtOnce() {
    AddSigningKey key =
        ready(
                preparer.prepare(
                    RotateSigningKeyRequest.newBuilder().setCommandId(ID).setRevoke(true).build()))
            .getAddSigningKey();
    assertThat(key.getActiveFromMs()).isEqualTo(1_000);
    assertThat(key.getRevoke()).isTrue();
  }

  @Test
  void aSigningKeySignsLaterAndIsAPair() throws Exception {
    AddSigningKey key =
        ready(preparer.prepare(RotateSigningKeyRequest.newBuilder().setCommandId(ID).build()))
            .getAddSigningKey();
    assertThat(key.getActiveFromMs()).isEqualTo(601_000);
    KeyFactory factory = KeyFactory.getInstance("EC");
    PrivateKey privateKey =
        factory.generatePrivate(new PKCS8EncodedKeySpec(key.getPrivateKey().toByteArray()));
    PublicKey publicKey =
        factory.generatePublic(new X509EncodedKeySpec(key.getPublicKey().toByteArray()));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(privateKey);
    signature.update(new byte[] {1});
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(new byte[] {1});
    assertThat(signature.verify(signed)).isTrue();
  }

  private static CreateUserRequest.Builder user(String name) {
    return CreateUserRequest.newBuilder().setCommandId(ID).setName(name);
  }

  private static SetGrantRequest.Builder grant(String subject, String pattern, String... actions) {
    return SetGrantRequest.newBuilder()
        .setCommandId(ID)
        .setGrant(
            Grant.newBuilder()
                .setSubject(subject)
                .setPattern(pattern)
                .addAllActions(List.of(actions)));
  }

  private static Command ready(PreparedCommand prepared) {
    return switch (prepared) {
      case PreparedCommand.Ready(Command command, var manifest) -> command;
      case PreparedCommand.Refused(var rejection) -> throw new AssertionError(rejection);
    };
  }

  private static String message(PreparedCommand prepared) {
    return switch (prepared) {
      case PreparedCommand.Ready(Command command, var manifest) ->
          throw new AssertionError("let pass: " + command);
      case PreparedCommand.Refused(var rejection) -> rejection.getMessage();
    };
  }
}

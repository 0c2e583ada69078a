package dev.meridian.controlplane.rpc.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.Caller;
import dev.meridian.controlplane.prepare.PasswordHashing;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.SecretRecord;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who logs in, and who does not any more. */
class AccountLoginsTest {

  private static final String ADDRESS = "192.0.2.7";
  private static final PasswordHash OLD = PasswordHash.of("the old password");
  private static final PasswordHash NEW = PasswordHash.of("the new password");

  private final FakeAccounts accounts = new FakeAccounts();
  private final AccountLogins logins =
      new AccountLogins(accounts, new PasswordHashing(), account -> {}, InstantSource.system());

  /** Accounts as a server knows them. */
  private static final class FakeAccounts implements KnownAccounts {

    private final Map<String, AccountRecord> here = new HashMap<>();
    private final Map<String, AccountRecord> elsewhere = new HashMap<>();
    private boolean quorum = true;
    private boolean current = true;
    private int asked;

    @Override
    public Optional<AccountRecord> find(String name) {
      return Optional.ofNullable(here.get(name));
    }

    @Override
    public boolean catchUp() {
      asked++;
      if (quorum) {
        here.putAll(elsewhere);
      }
      return quorum;
    }

    @Override
    public boolean isCurrent() {
      return current;
    }
  }

  @Test
  void aLoginSaysByWhichCredentialsItWas() {
    accounts.here.put("alice", user(OLD, 7));
    assertThat(login("alice", "the old password")).isEqualTo(new Caller("alice", ADDRESS, 7));
    assertThat(login("alice", "the old password")).isEqualTo(new Caller("alice", ADDRESS, 7));
  }

  @Test
  void aChangedPasswordEndsLoginsThatWereVerified() {
    accounts.here.put("alice", user(OLD, 7));
    login("alice", "the old password");
    accounts.here.put("alice", user(NEW, 8));
    refused(Status.Code.UNAUTHENTICATED, "alice", "the old password");
    assertThat(login("alice", "the new password").credentials()).isEqualTo(8);
  }

  @Test
  void aRevokedSecretEndsLoginsThatWereVerified() {
    RobotSecret first = RobotSecret.generate();
    RobotSecret second = RobotSecret.generate();
    accounts.here.put("robot.ci", robot(7, first, second));
    login("robot.ci", first.value());
    login("robot.ci", second.value());
    accounts.here.put("robot.ci", robot(7, second));
    refused(Status.Code.UNAUTHENTICATED, "robot.ci", first.value());
    assertThat(login("robot.ci", second.value()).credentials()).isEqualTo(7);
  }

  @Test
  void anAccountThatIsClosedIsNotRemembered() {
    accounts.here.put("alice", user(OLD, 7));
    login("alice", "the old password");
    accounts.here.put("alice", user(OLD, 7).toBuilder().setDisabled(true).build());
    refused(Status.Code.UNAUTHENTICATED, "alice", "the old password");
    accounts.here.put("alice", user(OLD, 7).toBuilder().setExpiresMs(1).build());
    refused(Status.Code.UNAUTHENTICATED, "alice", "the old password");
    accounts.here.remove("alice");
    refused(Status.Code.UNAUTHENTICATED, "alice", "the old password");
  }

  @Test
  void whatWasChangedElsewhereIsLookedForBeforeALoginIsRefused() {
    accounts.here.put("alice", user(OLD, 7));
    accounts.elsewhere.put("alice", user(NEW, 8));
    accounts.elsewhere.put("bob", user(NEW, 9));
    assertThat(login("alice", "the new password").credentials()).isEqualTo(8);
    assertThat(login("bob", "the new password").credentials()).isEqualTo(9);
  }

  @Test
  void aQuorumIsAskedOnceForEachLoginThatFailsAndForNoOther() {
    accounts.here.put("alice", user(OLD, 7));
    login("alice", "the old password");
    assertThat(accounts.asked).isZero();
    refused(Status.Code.UNAUTHENTICATED, "alice", "wrong");
    assertThat(accounts.asked).isEqualTo(1);
    refused(Status.Code.UNAUTHENTICATED, "nobody", "wrong");
    assertThat(accounts.asked).isEqualTo(2);
  }

  @Test
  void withoutAQuorumWhatIsKnownHereCounts() {
    accounts.quorum = false;
    accounts.here.put("alice", user(OLD, 7));
    accounts.elsewhere.put("alice", user(NEW, 8));
    refused(Status.Code.UNAUTHENTICATED, "alice", "the new password");
    assertThat(login("alice", "the old password").credentials()).isEqualTo(7);
  }

  @Test
  void aLoginThatNobodyLookedAtCostsNoAttempt() {
    accounts.here.put("alice", user(OLD, 7));
    for (int i = 0; i <= LoginAttempts.AT_ONCE; i++) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> login("alice", "the old password"))
          .isInstanceOf(PasswordHashing.BusyException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(login("alice", "the old password").credentials()).isEqualTo(7);
  }

  @Test
  void whatIsKnownHereDoesNotCountForEver() {
    accounts.here.put("alice", user(OLD, 7));
    login("alice", "the old password");
    accounts.current = false;
    assertThatThrownBy(() -> login("alice", "the old password"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("access.disconnected");
  }

  private Caller login(String name, String password) {
    return logins.verify(
        "Basic "
            + Base64.getEncoder()
                .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8)),
        ADDRESS);
  }

  private void refused(Status.Code code, String name, String password) {
    assertThatThrownBy(() -> login(name, password))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
  }

  private static AccountRecord user(PasswordHash hash, long credentials) {
    return AccountRecord.newBuilder()
        .setPasswordHash(hash.value())
        .setCredentialsRevision(credentials)
        .build();
  }

  private static AccountRecord robot(long credentials, RobotSecret... secrets) {
    AccountRecord.Builder robot = AccountRecord.newBuilder().setCredentialsRevision(credentials);
    for (RobotSecret secret : secrets) {
      robot.addSecrets(
          SecretRecord.newBuilder()
              .setId(secret.id())
              .setHash(ByteString.copyFrom(RobotSecret.hash(secret.value()))));
    }
    return robot.build();
  }
}

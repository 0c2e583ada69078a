package dev.meridian.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import dev.meridian.node.auth.TokenService.Issued;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.limits.LoginLimits;
import dev.meridian.node.limits.RateLimit;
import dev.meridian.node.limits.RateLimits;
import dev.meridian.node.metadata.AccessQueries.Account;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.Membership.SigningKey;
import dev.meridian.node.routing.ClientAddress;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who logs in, and what becomes of it while accounts change. */
class LoginsTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final RegionId REGION = RegionId.parse("us-east");
  private static final ClientAddress CLIENT = new ClientAddress("192.0.2.1", "192.0.2.1");

  private final FakeAccess access = new FakeAccess();
  private final List<String> used = new ArrayList<>();
  private final InstantSource clock = () -> BEGIN;
  private final SigningKey key = FakeAccess.key("k1", 0);
  private final SigningKeys keys =
      new SigningKeys(
          () -> new Membership("c1", 0, List.of(), List.of(), Set.of(), Map.of(), List.of(key)),
          () -> 0);
  private final TokenVerifier verifier = new TokenVerifier(keys, "meridian", clock);

  /** What a node knows that has asked for nothing yet. */
  private AccountDirectory directory() {
    return new AccountDirectory(access, new QuorumContact(access, () -> 0), Duration.ofMinutes(5));
  }

  private Authenticator authenticator() {
    AccountDirectory directory = directory();
    return new Authenticator(
        directory,
        new Passwords(directory, limited(Optional.empty()), clock),
        verifier,
        clock,
        account -> used.add(account.identity().principal().name()));
  }

  /** The limit's time stands still: nothing comes back by itself. */
  private static LoginLimits limited(Optional<RateLimit> logins) {
    return new LoginLimits(
        new RateLimits(
            new LimitSettings(LimitSettings.Classes.NONE, LimitSettings.Classes.NONE, logins),
            () -> 0,
            new SimpleMeterRegistry()));
  }

  private Passwords passwords(int failures) {
    return new Passwords(
        directory(), limited(Optional.of(new RateLimit(failures, Duration.ofHours(1)))), clock);
  }

  /** What comes of logins that all begin at the same time. */
  private static List<Passwords.Outcome> atOnce(
      Passwords passwords, String name, List<String> attempts) throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Passwords.Outcome>> checks = new ArrayList<>();
      for (String attempt : attempts) {
        checks.add(
            threads.submit(() -> {
              begin.await();
              return passwords.check(name, attempt, CLIENT);
            }));
      }
      begin.countDown();
      List<Passwords.Outcome> outcomes = new ArrayList<>();
      for (Future<Passwords.Outcome> check : checks) {
        outcomes.add(check.get());
      }
      return outcomes;
    }
  }

  private Issued issue(Login.ByPassword login) {
    return new TokenService(
            REGION,
            directory(),
            new TokenIssuer(keys, "meridian", clock),
            clock,
            Duration.ofMinutes(5))
        .issue(login.identity(), login.credentials(), List.of(), true)
        .orElseThrow();
  }

  private static Account changed(Account account, String password) {
    return new Account(
        account.identity(),
        account.disabled(),
        account.expires(),
        Optional.of(PasswordHash.of(password)),
        account.secretHashes(),
        account.lastUsed(),
        account.credentialsRevision() + 1);
  }

  @Test
  void anOldPasswordGetsNothingThatOutlivesItsChange() {
    access.user("alice", "wonderland");
    Login.ByPassword login =
        (Login.ByPassword) authenticator().password("alice", "wonderland", CLIENT);
    access.replace("alice", account -> changed(account, "changed"));

    Issued issued = issue(login);

    Authenticator later = authenticator();
    assertThat(later.login(Optional.of("Bearer " + issued.token()), CLIENT))
        .isInstanceOf(Login.Refused.class);
    assertThat(later.refreshToken(issued.refresh().orElseThrow()))
        .isInstanceOf(Login.Refused.class);
    Login.ByPassword anew = (Login.ByPassword) later.password("alice", "changed", CLIENT);
    assertThat(later.refreshToken(issue(anew).refresh().orElseThrow()))
        .isInstanceOf(Login.ByPassword.class);
  }

  @Test
  void anOldRefreshTokenGetsNothingThatOutlivesTheChange() {
    access.user("alice", "wonderland");
    Authenticator before = authenticator();
    Login.ByPassword login = (Login.ByPassword) before.password("alice", "wonderland", CLIENT);
    String refresh = issue(login).refresh().orElseThrow();
    Login.ByPassword refreshed = (Login.ByPassword) before.refreshToken(refresh);
    access.replace("alice", account -> changed(account, "changed"));

    Issued issued = issue(refreshed);

    assertThat(authenticator().refreshToken(issued.refresh().orElseThrow()))
        .isInstanceOf(Login.Refused.class);
  }

  @Test
  void manyGuessesAtOnceAreNoMoreThanTheLimitLetsFail() throws Exception {
    access.user("alice", "wonderland");

    List<Passwords.Outcome> outcomes =
        atOnce(passwords(2), "alice", IntStream.range(0, 20).mapToObj(i -> "guess " + i).toList());

    assertThat(outcomes).filteredOn(Passwords.Outcome.Wrong.class::isInstance).hasSize(2);
    assertThat(outcomes).filteredOn(Passwords.Outcome.Limited.class::isInstance).hasSize(18);
  }

  @Test
  void aLoginThatManyRequestsShowAtOnceIsOneThatIsRight() throws Exception {
    access.user("alice", "wonderland");

    List<Passwords.Outcome> outcomes =
        atOnce(passwords(2), "alice", Collections.nCopies(50, "wonderland"));

    assertThat(outcomes).hasSize(50).allMatch(Passwords.Outcome.Right.class::isInstance);
  }

  /** Hashing would show by its time which robots are not there. */
  @Test
  void noSecretOfARobotIsHashedAsAPasswordWhetherItIsThereOrNot() {
    access.robot("robot.ci", "mrs_secret");
    Passwords withoutCores = new Passwords(directory(), limited(Optional.empty()), clock, 0);

    assertThat(withoutCores.check("robot.ci", "mrs_secret", CLIENT))
        .isInstanceOf(Passwords.Outcome.Right.class);
    for (String name : List.of("robot.ci", "robot.none", "robot.", "robot.not a name")) {
      assertThat(withoutCores.check(name, "mrs_other", CLIENT))
          .isInstanceOf(Passwords.Outcome.Wrong.class);
    }
  }

  @Test
  void secretsOfRobotsAreNotGuessedMoreOftenThanPasswords() {
    access.robot("robot.ci", "mrs_secret");
    Passwords passwords = passwords(2);

    for (String name : List.of("robot.ci", "robot.none")) {
      assertThat(passwords.check(name, "mrs_other", CLIENT))
          .isInstanceOf(Passwords.Outcome.Wrong.class);
    }
    assertThat(passwords.check("robot.ci", "mrs_other", CLIENT))
        .isInstanceOf(Passwords.Outcome.Limited.class);
    assertThat(passwords.check("robot.ci", "mrs_secret", CLIENT))
        .isInstanceOf(Passwords.Outcome.Right.class);
  }

  @Test
  void revokingASecretEndsItsTokensAndNoOthers() {
    access.robot("robot.ci", "mrs_first");
    Issued old = issue(authenticator(), "mrs_first");
    access.replace("robot.ci", account -> with(account, "mrs_first", "mrs_second"));
    Issued fresh = issue(authenticator(), "mrs_second");
    for (Issued each : List.of(old, fresh)) {
      assertThat(bearer(authenticator(), each)).isInstanceOf(Login.ByToken.class);
    }

    access.replace("robot.ci", account -> with(account, "mrs_second"));

    Authenticator later = authenticator();
    assertThat(bearer(later, old)).isInstanceOf(Login.Refused.class);
    assertThat(later.refreshToken(old.refresh().orElseThrow())).isInstanceOf(Login.Refused.class);
    assertThat(bearer(later, fresh)).isInstanceOf(Login.ByToken.class);
    Login.ByPassword refreshed =
        (Login.ByPassword) later.refreshToken(fresh.refresh().orElseThrow());

    Issued again = issue(refreshed);
    access.replace("robot.ci", account -> with(account, "mrs_third"));
    assertThat(bearer(authenticator(), again)).isInstanceOf(Login.Refused.class);
  }

  @Test
  void noTokenOfARobotIsGoodThatNamesNoSecret() {
    access.robot("robot.ci", "mrs_first");
    Login.ByPassword login =
        (Login.ByPassword) authenticator().password("robot.ci", "mrs_first", CLIENT);
    Credentials unnamed = new Credentials(login.credentials().revision(), Optional.empty());

    Issued issued = issue(new Login.ByPassword(login.identity(), unnamed));

    assertThat(bearer(authenticator(), issued)).isInstanceOf(Login.Refused.class);
  }

  private Issued issue(Authenticator authenticator, String secret) {
    return issue((Login.ByPassword) authenticator.password("robot.ci", secret, CLIENT));
  }

  private static Login bearer(Authenticator authenticator, Issued issued) {
    return authenticator.login(Optional.of("Bearer " + issued.token()), CLIENT);
  }

  private static Account with(Account robot, String... secrets) {
    return new Account(
        robot.identity(),
        robot.disabled(),
        robot.expires(),
        robot.password(),
        Arrays.stream(secrets).map(RobotSecret::hash).toList(),
        robot.lastUsed(),
        robot.credentialsRevision());
  }

  @Test
  void passwordsAndRefreshTokensAreUsesOfAnAccount() {
    access.user("alice", "wonderland");
    Authenticator authenticator = authenticator();
    Issued issued = issue((Login.ByPassword) authenticator.password("alice", "wonderland", CLIENT));
    assertThat(used).containsExactly("alice");
    authenticator.password("alice", "wrong", CLIENT);
    authenticator.refreshToken(issued.token());
    assertThat(used).containsExactly("alice");
    authenticator.refreshToken(issued.refresh().orElseThrow());
    assertThat(used).containsExactly("alice", "alice");
  }
}

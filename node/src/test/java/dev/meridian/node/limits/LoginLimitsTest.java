package dev.meridian.node.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.limits.LimitSettings.Classes;
import dev.meridian.node.routing.ClientAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoginLimitsTest {

  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LoginLimits logins = logins(Optional.of(new RateLimit(10, Duration.ofMinutes(1))));

  private LoginLimits logins(Optional<RateLimit> limit) {
    return new LoginLimits(
        new RateLimits(new LimitSettings(Classes.NONE, Classes.NONE, limit), nanos::get, meters));
  }

  private static ClientAddress address(int last) {
    return new ClientAddress("192.0.2." + last, "192.0.2." + last);
  }

  @Test
  void refusesAnAccountFromEverywhereAfterFailuresFromEverywhere() {
    for (int i = 0; i < 10; i++) {
      assertThat(logins.begin("alice", address(i)).allowed()).isTrue();
    }

    Verdict.Refused refused = (Verdict.Refused) logins.allowed("alice", address(99));
    assertThat(refused.retryAfterSeconds()).isEqualTo("6");
    assertThat(refused.headers()).isEmpty();
    assertThat(refused.message())
        .isEqualTo(
            "the failed login limit of 10 in 1m is reached for account alice:"
                + " the next is allowed in 6s");
    assertThat(logins.allowed("bob", address(1)).allowed()).isTrue();
    assertThat(meters.counter("meridian.ratelimit.rejected", "class", "logins").count())
        .isEqualTo(1);
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(logins.allowed("alice", address(99)).allowed()).isTrue();
  }

  @Test
  void refusesAnAddressWhateverAccountsItNames() {
    for (int i = 0; i < 10; i++) {
      assertThat(logins.begin("name-" + i, address(1)).allowed()).isTrue();
    }

    assertThat(logins.allowed("somebody", address(1)).allowed()).isFalse();
    assertThat(logins.allowed("name-1", address(2)).allowed()).isTrue();
  }

  @Test
  void saysTheLongerOfTwoWaits() {
    for (int i = 0; i < 10; i++) {
      assertThat(logins.begin("alice", address(i)).allowed()).isTrue();
    }
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    for (int i = 0; i < 10; i++) {
      assertThat(logins.begin("name-" + i, address(77)).allowed()).isTrue();
    }

    for (Verdict verdict :
        List.of(logins.allowed("alice", address(77)), logins.begin("alice", address(77)))) {
      Verdict.Refused refused = (Verdict.Refused) verdict;
      assertThat(refused.key()).isEqualTo(LimitKey.of(address(77)));
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(6));
    }
  }

  @Test
  void countsNothingOfAnAttemptThatMayNotBe() {
    for (int i = 0; i < 10; i++) {
      assertThat(logins.begin("alice", address(i)).allowed()).isTrue();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(logins.begin("alice", address(77)).allowed()).isFalse();
    }

    assertThat(logins.allowed("bob", address(77)).allowed()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(logins.begin("alice", address(77)).allowed()).isTrue();
  }

  @Test
  void successesCostNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(logins.begin("alice", address(1)).allowed()).isTrue();
      logins.succeeded("alice", address(1));
    }
  }

  @Test
  void refusesNobodyWithoutALimit() {
    LoginLimits open = logins(Optional.empty());
    for (int i = 0; i < 100; i++) {
      assertThat(open.begin("alice", address(1)).allowed()).isTrue();
    }
    assertThat(open.allowed("alice", address(1)).allowed()).isTrue();
  }
}

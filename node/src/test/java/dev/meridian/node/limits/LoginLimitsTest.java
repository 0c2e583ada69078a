package dev.meridian.node.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.limits.LimitSettings.Classes;
import dev.meridian.node.routing.ClientAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
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
      assertThat(logins.allowed("alice", address(i)).allowed()).isTrue();
      logins.failed("alice", address(i));
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
      logins.failed("name-" + i, address(1));
    }

    assertThat(logins.allowed("somebody", address(1)).allowed()).isFalse();
    assertThat(logins.allowed("name-1", address(2)).allowed()).isTrue();
  }

  @Test
  void saysTheLongerOfTwoWaits() {
    for (int i = 0; i < 10; i++) {
      logins.failed("alice", address(i));
    }
    for (int i = 0; i < 15; i++) {
      logins.failed("name-" + i, address(77));
    }

    Verdict.Refused refused = (Verdict.Refused) logins.allowed("alice", address(77));
    assertThat(refused.key()).isEqualTo(LimitKey.of(address(77)));
    // Six that failed at the same time as others count too.
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(36));
  }

  @Test
  void successesCostNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(logins.allowed("alice", address(1)).allowed()).isTrue();
    }
  }

  @Test
  void refusesNobodyWithoutALimit() {
    LoginLimits open = logins(Optional.empty());
    for (int i = 0; i < 100; i++) {
      open.failed("alice", address(1));
    }
    assertThat(open.allowed("alice", address(1)).allowed()).isTrue();
  }
}

package dev.meridian.node.limits;

import static dev.meridian.node.limits.LimitClass.PULLS;
import static dev.meridian.node.limits.LimitClass.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.node.limits.LimitSettings.Classes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateLimitsTest {

  private static final RateLimit HUNDRED = new RateLimit(100, Duration.ofHours(6));
  private static final LimitKey CLIENT = new LimitKey(LimitKey.Kind.ADDRESS, "192.0.2.1");
  private static final LimitKey ALICE = LimitKey.account("alice");
  private static final LimitSettings ANONYMOUS_PULLS =
      new LimitSettings(
          new Classes(Optional.of(HUNDRED), Optional.empty()), Classes.NONE, Optional.empty());

  private final AtomicLong nanos = new AtomicLong(17);
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private RateLimits limits(LimitSettings settings) {
    return new RateLimits(settings, nanos::get, meters);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static List<Verdict> take(RateLimits limits, LimitKey key, int times) {
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      verdicts.add(limits.take(key, PULLS));
    }
    return verdicts;
  }

  @Test
  void grantsTheLimitAndSaysWhenTheNextOneComes() {
    RateLimits limits = limits(ANONYMOUS_PULLS);

    assertThat(take(limits, CLIENT, 100)).allMatch(Verdict::allowed);
    pass(Duration.ofSeconds(16));

    assertThat(limits.take(CLIENT, PULLS))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> {
              assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(200));
              assertThat(refused.retryAfterSeconds()).isEqualTo("200");
            });
    pass(Duration.ofSeconds(200).minusNanos(1));
    assertThat(limits.take(CLIENT, PULLS))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.retryAfterSeconds()).isEqualTo("1"));
    pass(Duration.ofNanos(1));
    assertThat(limits.take(CLIENT, PULLS).allowed()).isTrue();
    assertThat(limits.take(CLIENT, PULLS).allowed()).isFalse();
  }

  @Test
  void hasAllLeftAgainAfterAWindowAndNeverMore() {
    RateLimits limits = limits(ANONYMOUS_PULLS);
    take(limits, CLIENT, 100);

    pass(Duration.ofHours(6));
    assertThat(take(limits, CLIENT, 101).stream().filter(Verdict::allowed)).hasSize(100);
    pass(Duration.ofDays(400));
    assertThat(take(limits, CLIENT, 101).stream().filter(Verdict::allowed)).hasSize(100);
  }

  @Test
  void saysWhatDockerHubSays() {
    RateLimits limits = limits(ANONYMOUS_PULLS);
    take(limits, CLIENT, 79);

    assertThat(limits.take(CLIENT, PULLS).headers())
        .isEqualTo(
            Map.of(
                "ratelimit-limit", "100;w=21600",
                "ratelimit-remaining", "20;w=21600",
                "docker-ratelimit-source", "192.0.2.1"));
    take(limits, CLIENT, 20);
    assertThat(limits.take(CLIENT, PULLS).headers())
        .containsEntry("ratelimit-remaining", "0;w=21600");
  }

  @Test
  void saysNothingWhereNothingIsLimited() {
    RateLimits limits = limits(ANONYMOUS_PULLS);

    for (Verdict verdict :
        List.of(
            limits.take(ALICE, PULLS), limits.peek(ALICE, PULLS), limits.take(CLIENT, REQUESTS))) {
      assertThat(verdict.allowed()).isTrue();
      assertThat(verdict.headers()).isEmpty();
    }
    assertThat(limits.all()).isEmpty();
  }

  @Test
  void aLookIsFree() {
    RateLimits limits = limits(ANONYMOUS_PULLS);

    assertThat(limits.peek(CLIENT, PULLS).headers())
        .containsEntry("ratelimit-remaining", "100;w=21600");
    assertThat(limits.all()).isEmpty();
    take(limits, CLIENT, 1);
    for (int i = 0; i < 5; i++) {
      assertThat(limits.peek(CLIENT, PULLS).headers())
          .containsEntry("ratelimit-remaining", "99;w=21600");
    }
    take(limits, CLIENT, 99);
    assertThat(limits.peek(CLIENT, PULLS).allowed()).isFalse();
  }

  @Test
  void whatIsGivenBackDoesNotCount() {
    RateLimits limits = limits(ANONYMOUS_PULLS);
    take(limits, CLIENT, 100);

    limits.giveBack(CLIENT, PULLS);

    assertThat(limits.take(CLIENT, PULLS).allowed()).isTrue();
    assertThat(limits.take(CLIENT, PULLS).allowed()).isFalse();
    limits.giveBack(ALICE, PULLS);
    pass(Duration.ofHours(6));
    limits.giveBack(CLIENT, PULLS);
    assertThat(limits.peek(CLIENT, PULLS).headers())
        .containsEntry("ratelimit-remaining", "100;w=21600");
  }

  @Test
  void classesAndKeysAreCountedSeparately() {
    RateLimit one = new RateLimit(1, Duration.ofMinutes(1));
    Classes classes = new Classes(Optional.of(one), Optional.of(one));
    RateLimits limits = limits(new LimitSettings(classes, classes, Optional.of(one)));
    LimitKey account = LimitKey.account("192.0.2.1");

    for (LimitKey key : List.of(CLIENT, account, ALICE)) {
      for (LimitClass each : LimitClass.values()) {
        assertThat(limits.take(key, each).allowed()).as("%s %s", key, each).isTrue();
        assertThat(limits.take(key, each).allowed()).as("%s %s", key, each).isFalse();
      }
    }
    assertThat(meters.scrape())
        .contains("meridian_ratelimit_rejected_total{class=\"pulls\"} 3.0")
        .contains("meridian_ratelimit_rejected_total{class=\"requests\"} 3.0")
        .contains("meridian_ratelimit_rejected_total{class=\"logins\"} 3.0");
  }

  @Test
  void tellsWhatIsReachedForHowLongAndWhatRaisesIt() {
    RateLimits open = limits(ANONYMOUS_PULLS);
    take(open, CLIENT, 100);

    assertThat(((Verdict.Refused) open.take(CLIENT, PULLS)).message())
        .isEqualTo(
            "the pull limit of 100 in 6h is reached for address 192.0.2.1: the next is allowed in"
                + " 216s; logging in raises the limit");
  }

  @ParameterizedTest
  @CsvSource({"200, true", "100, false", "50, false"})
  void promisesMoreForALoginOnlyWhereThereIs(int authenticated, boolean more) {
    RateLimits limits =
        limits(
            new LimitSettings(
                ANONYMOUS_PULLS.anonymous(),
                new Classes(
                    Optional.of(new RateLimit(authenticated, HUNDRED.window())), Optional.empty()),
                Optional.empty()));
    take(limits, CLIENT, 100);
    take(limits, ALICE, 200);

    assertThat(((Verdict.Refused) limits.take(CLIENT, PULLS)).loginRaises()).isEqualTo(more);
    Verdict.Refused alice = (Verdict.Refused) limits.take(ALICE, PULLS);
    assertThat(alice.loginRaises()).isFalse();
    assertThat(alice.message()).contains("account alice").doesNotContain("logging in");
  }

  @Test
  void neverOwesMoreThanAWindow() {
    RateLimits limits = limits(ANONYMOUS_PULLS);
    for (int i = 0; i < 1000; i++) {
      limits.charge(CLIENT, PULLS);
    }

    Verdict.Refused refused = (Verdict.Refused) limits.peek(CLIENT, PULLS);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofHours(6));
    assertThat(refused.headers()).containsEntry("ratelimit-remaining", "0;w=21600");
    pass(Duration.ofHours(6));
    assertThat(limits.take(CLIENT, PULLS).allowed()).isTrue();
    assertThat(limits.take(CLIENT, PULLS).allowed()).isFalse();
  }

  @Test
  void grantsNoMoreToManyThreads() throws InterruptedException {
    RateLimits limits = limits(ANONYMOUS_PULLS);
    AtomicLong granted = new AtomicLong();
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  begin.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                granted.addAndGet(
                    take(limits, CLIENT, 50).stream().filter(Verdict::allowed).count());
              }));
    }
    begin.countDown();
    for (Thread each : threads) {
      each.join();
    }

    assertThat(granted).hasValue(100);
    assertThat(meters.scrape()).contains("_total{class=\"pulls\"} 700.0");
  }

  @Test
  void remembersABoundedNumberOfKeysAndNoneForLonger() {
    RateLimits limits = new RateLimits(ANONYMOUS_PULLS, nanos::get, new SimpleMeterRegistry(), 100);
    for (int i = 0; i < 10_000; i++) {
      // One is used all the time: it is not what is forgotten.
      limits.take(ALICE, PULLS);
      limits.take(CLIENT, PULLS);
      limits.take(new LimitKey(LimitKey.Kind.ADDRESS, "10.0." + i / 256 + "." + i % 256), PULLS);
    }

    assertThat(limits.all()).hasSizeBetween(50, 100);
    assertThat(limits.peek(CLIENT, PULLS).allowed()).isFalse();
    pass(Duration.ofHours(6 * 17));
    assertThat(limits.knows(new Allowance.Id(PULLS, CLIENT))).isFalse();
  }

  @Test
  void strangeNamesAreKeysOfABoundedLength() {
    assertThat(LimitKey.account("alice@example.com").name()).isEqualTo("alice@example.com");
    for (String name : List.of("", "a b", "a\r\nb: c", "\u00e4", "a".repeat(60_000))) {
      assertThat(LimitKey.account(name).name()).matches("sha256:[0-9a-f]{64}");
    }
    assertThatThrownBy(() -> new LimitKey(LimitKey.Kind.ACCOUNT, "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, PT1S", "1000000001, PT1S", "1, PT0S", "1, PT-1S", "1, PT0.5S", "1, P367D"})
  void refusesLimitsThatAreNone(long count, Duration window) {
    assertThatThrownBy(() -> new RateLimit(count, window))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"1, PT1S", "1000000000, PT1S", "1, P366D", "1000000000, P366D"})
  void theSmallestAndTheLargestLimitsWork(long count, Duration window) {
    RateLimit limit = new RateLimit(count, window);
    RateLimits limits =
        limits(
            new LimitSettings(
                new Classes(Optional.of(limit), Optional.empty()), Classes.NONE, Optional.empty()));

    assertThat(limits.take(CLIENT, PULLS))
        .isEqualTo(new Verdict.Granted(PULLS, CLIENT, limit, count - 1));
    pass(window);
    assertThat(limits.take(CLIENT, PULLS))
        .isEqualTo(new Verdict.Granted(PULLS, CLIENT, limit, count - 1));
  }
}

package dev.meridian.node.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The rate limits as this node applies them. Every answer is given at once, by what this node
 * knows; {@link Settlement} tells it what other nodes granted. Any thread may call.
 */
public final class RateLimits {

  /** They take some 60 MB. The ones that were used least are forgotten first. */
  static final int MOST_KEYS = 100_000;

  private final LimitSettings settings;
  private final TimeMeter clock;
  private final Cache<Allowance.Id, Allowance> allowances;
  private final Map<LimitClass, Counter> rejected = new EnumMap<>(LimitClass.class);

  /**
   * @param nanoTime monotonic
   */
  public RateLimits(LimitSettings settings, LongSupplier nanoTime, MeterRegistry meters) {
    this(settings, nanoTime, meters, MOST_KEYS);
  }

  RateLimits(LimitSettings settings, LongSupplier nanoTime, MeterRegistry meters, int mostKeys) {
    this.settings = settings;
    this.clock = new NanoClock(nanoTime);
    this.allowances =
        Caffeine.newBuilder()
            .maximumSize(mostKeys)
            // By then all is left again, and nothing need be known of the key.
            .expireAfterAccess(longestWindow(settings).multipliedBy(Allowance.MOST_MISSING + 1))
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
    for (LimitClass each : LimitClass.values()) {
      rejected.put(
          each,
          Counter.builder("meridian.ratelimit.rejected")
              .description("Requests that were refused since a limit was reached")
              .tag("class", each.label())
              .register(meters));
    }
  }

  /** Counts one, if one is left. What is refused is not counted. */
  public Verdict take(LimitKey key, LimitClass limitClass) {
    return counted(takeQuietly(key, limitClass));
  }

  /** Like {@link #take}, but a refusal is not in the metrics. */
  Verdict takeQuietly(LimitKey key, LimitClass limitClass) {
    Optional<Allowance> allowance = open(new Allowance.Id(limitClass, key));
    return allowance.isEmpty()
        ? new Verdict.Unlimited()
        : verdict(limitClass, key, allowance.get().take());
  }

  /** What {@link #take} would answer; nothing is counted, and nothing remembered of the key. */
  public Verdict peek(LimitKey key, LimitClass limitClass) {
    Allowance.Id id = new Allowance.Id(limitClass, key);
    Optional<RateLimit> limit = limit(id);
    if (limit.isEmpty()) {
      return new Verdict.Unlimited();
    }
    Allowance known = allowances.getIfPresent(id);
    return verdict(
        limitClass,
        key,
        known == null
            ? new Allowance.Balance(true, limit.get().count(), Duration.ZERO)
            : known.peek());
  }

  /** What {@link #take} would answer; nothing is counted but a refusal in the metrics. */
  public Verdict check(LimitKey key, LimitClass limitClass) {
    return counted(peek(key, limitClass));
  }

  /** One that was taken is not counted after all. */
  public void giveBack(LimitKey key, LimitClass limitClass) {
    open(new Allowance.Id(limitClass, key)).ifPresent(allowance -> allowance.grant(-1));
  }

  /** Counts one, whether it is left or not. */
  public void charge(LimitKey key, LimitClass limitClass) {
    open(new Allowance.Id(limitClass, key)).ifPresent(allowance -> allowance.grant(1));
  }

  /** Counts a refusal in the metrics. */
  Verdict counted(Verdict verdict) {
    if (verdict instanceof Verdict.Refused refused) {
      rejected.get(refused.limitClass()).increment();
    }
    return verdict;
  }

  /** What is known of one key's limit, from its first use on; empty when it has none. */
  Optional<Allowance> open(Allowance.Id id) {
    return limit(id)
        .map(limit -> allowances.get(id, absent -> new Allowance(absent, limit, clock)));
  }

  /** Whether something is known of the key. */
  boolean knows(Allowance.Id id) {
    return allowances.getIfPresent(id) != null;
  }

  /** All that is known, in no order. */
  Collection<Allowance> all() {
    return allowances.asMap().values();
  }

  private Optional<RateLimit> limit(Allowance.Id id) {
    return settings.limit(id.limitClass(), id.key().kind());
  }

  private Verdict verdict(LimitClass limitClass, LimitKey key, Allowance.Balance balance) {
    RateLimit limit = settings.limit(limitClass, key.kind()).orElseThrow();
    return balance.granted()
        ? new Verdict.Granted(limitClass, key, limit, balance.remaining())
        : new Verdict.Refused(
            limitClass,
            key,
            limit,
            balance.untilNext(),
            loginRaises(limitClass, key.kind(), limit));
  }

  private boolean loginRaises(LimitClass limitClass, LimitKey.Kind kind, RateLimit limit) {
    return switch (kind) {
      case ACCOUNT -> false;
      case ADDRESS ->
          switch (limitClass) {
            case LOGINS -> false;
            case PULLS, REQUESTS ->
                settings
                    .limit(limitClass, LimitKey.Kind.ACCOUNT)
                    .map(ofAccounts -> ofAccounts.isAbove(limit))
                    .orElse(true);
          };
    };
  }

  private static Duration longestWindow(LimitSettings settings) {
    return Stream.of(LimitClass.values())
        .flatMap(limitClass ->
            Stream.of(LimitKey.Kind.values())
                .flatMap(kind -> settings.limit(limitClass, kind).stream()))
        .map(RateLimit::window)
        .max(Duration::compareTo)
        .orElse(Duration.ofSeconds(1));
  }

  private record NanoClock(LongSupplier nanoTime) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanoTime.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}

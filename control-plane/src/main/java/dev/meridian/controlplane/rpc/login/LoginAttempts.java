package dev.meridian.controlplane.rpc.login;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits failed logins, for each account and for each address: some at once, then a few a minute.
 * One that succeeds costs nothing.
 */
final class LoginAttempts {

  static final int AT_ONCE = 10;
  private static final int PER_MINUTE = 6;
  private static final int REMEMBERED = 10_000;

  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Takes an attempt of both, unless one of them has none left: then false. */
  boolean begin(String account, String address) {
    Bucket ofAddress = bucket("address " + address);
    if (!ofAddress.tryConsume(1)) {
      return false;
    }
    if (!bucket("account " + account).tryConsume(1)) {
      ofAddress.addTokens(1);
      return false;
    }
    return true;
  }

  /** Gives back what {@link #begin} took: the login was no failure. */
  void giveBack(String account, String address) {
    bucket("address " + address).addTokens(1);
    bucket("account " + account).addTokens(1);
  }

  private Bucket bucket(String key) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(
          key,
          any ->
              Bucket.builder()
                  .addLimit(limit ->
                      limit.capacity(AT_ONCE).refillGreedy(PER_MINUTE, Duration.ofMinutes(1)))
                  .build());
    }
  }
}

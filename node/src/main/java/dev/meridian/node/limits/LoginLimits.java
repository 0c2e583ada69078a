package dev.meridian.node.limits;

import dev.meridian.node.routing.ClientAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Failed logins, counted for the account that was named, whether there is one or not, and for the
 * address prefix that they came from. Who begins each attempt with {@link #begin} and ends only
 * those that succeed with {@link #succeeded} lets nobody guess faster than the limit, however many
 * attempts there are at the same time, by how many nodes or addresses ever.
 */
public final class LoginLimits {

  private final RateLimits limits;

  public LoginLimits(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Whether a login may be tried: neither the account nor the address has failed too often. Nothing
   * is taken.
   *
   * @return the refusal that lasts longer, where both are refused
   */
  public Verdict allowed(String account, ClientAddress address) {
    Verdict verdict = new Verdict.Unlimited();
    for (LimitKey key : keys(account, address)) {
      verdict = stricter(verdict, limits.peek(key, LimitClass.LOGINS));
    }
    return limits.counted(verdict);
  }

  /**
   * Counts a login as failed that is about to be tried, unless it may not be.
   *
   * @return the refusal that lasts longer, where both are refused; nothing is counted then
   */
  public Verdict begin(String account, ClientAddress address) {
    List<LimitKey> taken = new ArrayList<>();
    Verdict verdict = new Verdict.Unlimited();
    for (LimitKey key : keys(account, address)) {
      Verdict one = limits.takeQuietly(key, LimitClass.LOGINS);
      if (one.allowed()) {
        taken.add(key);
      }
      verdict = stricter(verdict, one);
    }
    if (!verdict.allowed()) {
      taken.forEach(key -> limits.giveBack(key, LimitClass.LOGINS));
    }
    return limits.counted(verdict);
  }

  /** A login that had begun did not fail. */
  public void succeeded(String account, ClientAddress address) {
    keys(account, address).forEach(key -> limits.giveBack(key, LimitClass.LOGINS));
  }

  private static List<LimitKey> keys(String account, ClientAddress address) {
    return List.of(LimitKey.account(account), LimitKey.of(address));
  }

  private static Verdict stricter(Verdict one, Verdict other) {
    if (one instanceof Verdict.Refused first) {
      return other instanceof Verdict.Refused second
              && second.retryAfter().compareTo(first.retryAfter()) > 0
          ? other
          : one;
    }
    return other;
  }
}

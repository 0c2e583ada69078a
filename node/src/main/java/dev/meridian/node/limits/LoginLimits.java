package dev.meridian.node.limits;

import dev.meridian.node.routing.ClientAddress;
import java.util.List;

/**
 * Failed logins, counted for the account that was named, whether there is one or not, and for the
 * address prefix that they came from. Who asks {@link #allowed} before each attempt and tells what
 * {@link #failed} lets nobody guess faster than the limit, by how many nodes or addresses ever.
 */
public final class LoginLimits {

  private final RateLimits limits;

  public LoginLimits(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Whether a login may be tried: neither the account nor the address has failed too often.
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

  /** A login was tried and failed. Those tried at the same time all count, below zero too. */
  public void failed(String account, ClientAddress address) {
    keys(account, address).forEach(key -> limits.charge(key, LimitClass.LOGINS));
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

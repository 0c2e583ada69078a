package dev.meridian.node.limits;

import java.time.Duration;
import java.util.Map;

/** Whether a client may go on, and what it is told of its limit. */
public sealed interface Verdict {

  /** Whether it may. */
  boolean allowed();

  /**
   * Docker Hub's headers, for the answers of GET and HEAD of a manifest. Empty when the client's
   * pulls are not limited, and for other classes.
   */
  Map<String, String> headers();

  /** No limit applies. */
  record Unlimited() implements Verdict {
    @Override
    public boolean allowed() {
      return true;
    }

    @Override
    public Map<String, String> headers() {
      return Map.of();
    }
  }

  /**
   * Within the limit.
   *
   * @param remaining how many are left after this one
   */
  record Granted(LimitClass limitClass, LimitKey key, RateLimit limit, long remaining)
      implements Verdict {
    @Override
    public boolean allowed() {
      return true;
    }

    @Override
    public Map<String, String> headers() {
      return Verdict.headers(limitClass, key, limit, remaining);
    }
  }

  /**
   * The limit is reached.
   *
   * @param retryAfter until the next one is granted, if nobody else takes it; more than zero
   * @param loginRaises whether an account has more than this client, which has not logged in
   */
  record Refused(
      LimitClass limitClass,
      LimitKey key,
      RateLimit limit,
      Duration retryAfter,
      boolean loginRaises)
      implements Verdict {

    @Override
    public boolean allowed() {
      return false;
    }

    @Override
    public Map<String, String> headers() {
      return Verdict.headers(limitClass, key, limit, 0);
    }

    /** For {@code Retry-After}: whole seconds, at least one, after which it is true. */
    public String retryAfterSeconds() {
      return Long.toString(retryAfter.plusNanos(999_999_999).toSeconds());
    }

    /** What the client is told: which limit, for how long, and what raises it. */
    public String message() {
      String what =
          switch (limitClass) {
            case PULLS -> "pull";
            case REQUESTS -> "request";
            case LOGINS -> "failed login";
          };
      String whose =
          switch (key.kind()) {
            case ADDRESS -> "address ";
            case ACCOUNT -> "account ";
          };
      return "the "
          + what
          + " limit of "
          + limit.count()
          + " in "
          + limit.windowText()
          + " is reached for "
          + whose
          + key.name()
          + ": the next is allowed in "
          + retryAfterSeconds()
          + "s"
          + (loginRaises ? "; logging in raises the limit" : "");
    }
  }

  private static Map<String, String> headers(
      LimitClass limitClass, LimitKey key, RateLimit limit, long remaining) {
    return switch (limitClass) {
      case PULLS ->
          Map.of(
              "ratelimit-limit", limit.header(limit.count()),
              "ratelimit-remaining", limit.header(remaining),
              "docker-ratelimit-source", key.name());
      case REQUESTS, LOGINS -> Map.of();
    };
  }
}

package dev.meridian.node.auth;

import dev.meridian.access.Identity;
import java.util.Optional;

/** Who a request says it is from, as far as that holds. */
public sealed interface Login {

  /** It says nothing. */
  record None(Identity identity) implements Login {}

  /**
   * A name with its password or secret, or a token that these got to get others.
   *
   * @param credentials what was shown, which may open nothing any more by now
   */
  record ByPassword(Identity identity, Credentials credentials) implements Login {}

  /** A token, which may be for less than its principal may: it gets no others. */
  record ByToken(Identity identity, Claims claims) implements Login {}

  /** A token whose time is over: good only to end an upload that it began. */
  record ByExpiredToken(Identity identity, Claims claims) implements Login {}

  /**
   * What it says does not hold.
   *
   * @param reason for the client; tells nothing of accounts
   * @param retryAfter seconds after which it may be tried again
   */
  record Refused(Kind kind, String reason, Optional<String> retryAfter) implements Login {

    /** It may be tried again at any time, and comes to the same. */
    public Refused(Kind kind, String reason) {
      this(kind, reason, Optional.empty());
    }

    /** Why, for who counts it. */
    public enum Kind {
      PASSWORD,
      TOKEN,
      MALFORMED,
      BUSY,
      LIMITED
    }
  }
}

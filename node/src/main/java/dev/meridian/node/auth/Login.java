package dev.meridian.node.auth;

import dev.meridian.access.Identity;

/** Who a request says it is from, as far as that holds. */
public sealed interface Login {

  /** It says nothing. */
  record None(Identity identity) implements Login {}

  /** A name with its password or secret. */
  record ByPassword(Identity identity) implements Login {}

  /** A token, which may be for less than its principal may. */
  record ByToken(Identity identity, Claims claims) implements Login {}

  /** A token whose time is over: good only to end an upload that it began. */
  record ByExpiredToken(Identity identity, Claims claims) implements Login {}

  /**
   * What it says does not hold.
   *
   * @param reason for the client; tells nothing of accounts
   */
  record Refused(Kind kind, String reason) implements Login {

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

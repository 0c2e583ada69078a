package dev.meridian.node.limits;

import java.util.Optional;

/**
 * The limits of a cluster: of all its nodes together, which should have the same settings.
 *
 * @param anonymous of clients that have not logged in, for each address prefix
 * @param authenticated of those that have, for each account
 * @param logins failed ones, for each account and for each address prefix
 */
public record LimitSettings(Classes anonymous, Classes authenticated, Optional<RateLimit> logins) {

  /** Nothing is limited. */
  public static final LimitSettings NONE =
      new LimitSettings(Classes.NONE, Classes.NONE, Optional.empty());

  /**
   * Limits of one kind of client; empty: none.
   *
   * @param pulls GETs of manifests
   * @param requests all others
   */
  public record Classes(Optional<RateLimit> pulls, Optional<RateLimit> requests) {
    public static final Classes NONE = new Classes(Optional.empty(), Optional.empty());
  }

  /** The limit for one key; empty when there is none. */
  Optional<RateLimit> limit(LimitClass limitClass, LimitKey.Kind kind) {
    Classes classes =
        switch (kind) {
          case ADDRESS -> anonymous;
          case ACCOUNT -> authenticated;
        };
    return switch (limitClass) {
      case PULLS -> classes.pulls();
      case REQUESTS -> classes.requests();
      case LOGINS -> logins;
    };
  }
}

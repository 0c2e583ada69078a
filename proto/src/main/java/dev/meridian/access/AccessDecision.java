package dev.meridian.access;

/** Whether somebody may do something, and the rule that says so. */
public sealed interface AccessDecision {

  /** A grant gives it. */
  record Granted(Grant grant) implements AccessDecision {}

  /** The repository is open to the principal. */
  record Visible(Visibility visibility) implements AccessDecision {}

  /** A grant denies it. */
  record Denied(Grant grant) implements AccessDecision {}

  /** Nothing gives it. */
  record NotGranted(Visibility visibility) implements AccessDecision {}

  /** Whether they may. */
  default boolean isAllowed() {
    return switch (this) {
      case Granted granted -> true;
      case Visible visible -> true;
      case Denied denied -> false;
      case NotGranted nothing -> false;
    };
  }

  /** The rule in words, for who manages access; never for who is refused. */
  default String reason() {
    return switch (this) {
      case Granted granted -> granted.grant().toString();
      case Visible visible -> "the repository is " + visible.visibility();
      case Denied denied -> denied.grant().toString();
      case NotGranted nothing -> "no grant gives it, and the repository is " + nothing.visibility();
    };
  }
}

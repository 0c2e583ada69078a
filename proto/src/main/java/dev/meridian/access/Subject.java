package dev.meridian.access;

import dev.meridian.model.Quoted;

/**
 * Whom a grant is about: an account by its name, {@code group:<name>}, or one of the two groups
 * that are always there, {@link #ANYONE} and {@link #AUTHENTICATED}.
 */
public record Subject(String value) implements Comparable<Subject> {

  private static final String GROUP_PREFIX = "group:";

  /** Everybody, with and without a login. */
  public static final Subject ANYONE = new Subject(GROUP_PREFIX + "anyone");

  /** Everybody who has logged in. */
  public static final Subject AUTHENTICATED = new Subject(GROUP_PREFIX + "authenticated");

  public Subject {
    try {
      if (value.startsWith(GROUP_PREFIX)) {
        GroupName.parse(value.substring(GROUP_PREFIX.length()));
      } else {
        AccountName.parse(value);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "subject "
              + Quoted.of(value)
              + " is not valid: expected an account's name or group:<name> ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /**
   * Parses a subject as it is written.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static Subject parse(String text) {
    return new Subject(text);
  }

  /** A user or robot. */
  public static Subject of(AccountName account) {
    return new Subject(account.value());
  }

  /** All members of a group. */
  public static Subject of(GroupName group) {
    return new Subject(GROUP_PREFIX + group.value());
  }

  /** Whether it is one of the two that exist by themselves, so that no group may have the name. */
  public boolean isBuiltIn() {
    return equals(ANYONE) || equals(AUTHENTICATED);
  }

  /** Whether it is a group. */
  public boolean isGroup() {
    return value.startsWith(GROUP_PREFIX);
  }

  /** The name without what says that it is a group. */
  public String name() {
    return isGroup() ? value.substring(GROUP_PREFIX.length()) : value;
  }

  @Override
  public int compareTo(Subject other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.meridian.access;

import dev.meridian.model.Quoted;
import java.util.regex.Pattern;

/** The name of a group of accounts. */
public record GroupName(String value) implements Comparable<GroupName> {

  private static final Pattern PATTERN = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

  public GroupName {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "group name "
              + Quoted.of(value)
              + " is not valid: expected at most 64 lower-case letters, digits and '.', '_' or '-'"
              + " inside");
    }
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static GroupName parse(String text) {
    return new GroupName(text);
  }

  @Override
  public int compareTo(GroupName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

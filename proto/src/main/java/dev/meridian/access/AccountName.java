package dev.meridian.access;

import dev.meridian.model.Quoted;
import java.util.regex.Pattern;

/**
 * The name of a user or a robot, as it stands in logins, logs and addresses: nothing that a shell,
 * a URL or a terminal takes for something else. Robots' names begin with {@code robot.}, users' do
 * not; upper and lower case differ.
 */
public record AccountName(String value) implements Comparable<AccountName> {

  /** With what the names of robots begin. */
  public static final String ROBOT_PREFIX = "robot.";

  private static final Pattern PATTERN =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,126}[A-Za-z0-9])?");

  public AccountName {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "account name "
              + Quoted.of(value)
              + " is not valid: expected at most 128 letters, digits and '.', '_', '@' or '-'"
              + " inside");
    }
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static AccountName parse(String text) {
    return new AccountName(text);
  }

  /** Whether it is a robot's. */
  public boolean isRobot() {
    return value.startsWith(ROBOT_PREFIX);
  }

  @Override
  public int compareTo(AccountName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

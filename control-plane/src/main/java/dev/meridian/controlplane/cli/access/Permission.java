package dev.meridian.controlplane.cli.access;

import dev.meridian.access.Action;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Actions as they are written on the command line: a role, or some actions with commas. */
public record Permission(Set<Action> actions) {

  /**
   * With the pattern that it is for.
   *
   * @param pattern of repositories
   */
  public record OnPattern(Permission permission, RepositoryPattern pattern) {

    /**
     * Parses {@code writer:team/*}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static OnPattern parse(String text) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not a grant: expected ROLE:PATTERN, such as writer:team/*");
      }
      return new OnPattern(
          Permission.parse(text.substring(0, colon)),
          RepositoryPattern.parse(text.substring(colon + 1)));
    }
  }

  public Permission {
    actions = Set.copyOf(actions);
  }

  /**
   * Parses {@code writer} or {@code pull,push}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Permission parse(String text) {
    boolean role = Arrays.stream(Role.values()).anyMatch(known -> known.toString().equals(text));
    if (role && !text.equals(Action.ADMIN.toString())) {
      return new Permission(Role.parse(text).actions());
    }
    try {
      Set<Action> actions = new TreeSet<>();
      for (String action : text.split(",", -1)) {
        actions.add(Action.parse(action));
      }
      return new Permission(actions);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is neither a role ("
              + String.join(", ", Arrays.stream(Role.values()).map(Role::toString).toList())
              + ") nor actions ("
              + String.join(", ", Arrays.stream(Action.values()).map(Action::toString).toList())
              + ")",
          e);
    }
  }

  /** As they travel. */
  List<String> names() {
    return actions.stream().sorted().map(Action::toString).toList();
  }
}

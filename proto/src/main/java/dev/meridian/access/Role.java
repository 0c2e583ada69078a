package dev.meridian.access;

import dev.meridian.model.Quoted;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Actions that are usually granted together. Only a way to write a grant: grants hold actions. */
public enum Role {
  READER(Action.PULL),
  /** Adds, and changes nothing that is there. */
  CONTRIBUTOR(Action.PULL, Action.PUSH, Action.TAG_CREATE),
  WRITER(Action.PULL, Action.PUSH, Action.TAG_CREATE, Action.TAG_UPDATE),
  MAINTAINER(Action.PULL, Action.PUSH, Action.TAG_CREATE, Action.TAG_UPDATE, Action.DELETE),
  ADMIN(Action.values());

  private final Set<Action> actions;

  Role(Action... actions) {
    this.actions = EnumSet.copyOf(Arrays.asList(actions));
  }

  /** What it stands for. */
  public Set<Action> actions() {
    return EnumSet.copyOf(actions);
  }

  /**
   * The role of this name, such as {@code writer}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Role parse(String text) {
    return Arrays.stream(values())
        .filter(role -> role.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "role "
                    + Quoted.of(text)
                    + " is not known: expected one of "
                    + Arrays.stream(values())
                        .map(Role::toString)
                        .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

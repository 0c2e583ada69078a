package dev.meridian.access;

import dev.meridian.model.Quoted;
import java.util.Locale;

/** Who may pull from a repository without a grant. */
public enum Visibility {
  /** Anybody. */
  PUBLIC,
  /** Who has logged in. */
  INTERNAL,
  /** Nobody. */
  PRIVATE;

  /**
   * The visibility of this name, in lower case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Visibility parse(String text) {
    for (Visibility visibility : values()) {
      if (visibility.toString().equals(text)) {
        return visibility;
      }
    }
    throw new IllegalArgumentException(
        "visibility " + Quoted.of(text) + " is not known: expected public, internal or private");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.meridian.controlplane.cli.contexts;

import java.util.regex.Pattern;

/** How an operator calls a context: a word that needs no quotes in a shell or in YAML. */
public record ContextName(String value) implements Comparable<ContextName> {

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public ContextName {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + value
              + "\" is not the name of a context: expected at most 63 letters, digits, '.', '_' or"
              + " '-', with a letter or digit first");
    }
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static ContextName parse(String text) {
    return new ContextName(text);
  }

  @Override
  public int compareTo(ContextName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

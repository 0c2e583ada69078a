package dev.meridian.model;

import java.util.regex.Pattern;

/**
 * A repository's name (OCI distribution-spec, "Pulling manifests": {@code <name>}), at most 255
 * characters.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

  /** The longest name; host names are left out of the count since a node may have several. */
  public static final int MAX_LENGTH = 255;

  // Possessive, so that a long hostile name costs linear time.
  private static final Pattern PATTERN =
      Pattern.compile(
          "[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+(?:/[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+)*+");

  public RepositoryName {
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "repository name " + Quoted.of(value) + " is longer than " + MAX_LENGTH + " characters");
    }
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "repository name "
              + Quoted.of(value)
              + " is not valid: expected lower-case letters and digits, in parts joined by"
              + " '.', '_', '__', '-' or '/'");
    }
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException when it does not follow the specification's grammar
   */
  public static RepositoryName parse(String text) {
    return new RepositoryName(text);
  }

  @Override
  public int compareTo(RepositoryName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.meridian.model;

import java.util.regex.Pattern;

/** A tag (OCI distribution-spec, "Pulling manifests": {@code <reference>} as a tag). */
public record TagName(String value) implements Comparable<TagName> {

  private static final Pattern PATTERN = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  public TagName {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "tag "
              + Quoted.of(value)
              + " is not valid: expected at most 128 letters, digits, '.', '_' or '-', the first"
              + " not '.' or '-'");
    }
  }

  /**
   * Parses a tag.
   *
   * @throws IllegalArgumentException when it does not follow the specification's grammar
   */
  public static TagName parse(String text) {
    return new TagName(text);
  }

  @Override
  public int compareTo(TagName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.meridian.access;

import dev.meridian.model.Quoted;
import dev.meridian.model.TagName;
import java.util.regex.Pattern;

/**
 * Tags by their names. {@code *} in it stands for any characters; {@code semver} is every full
 * semantic version, with or without a {@code v}: {@code v1.2.3} and {@code 1.2.3-rc.1}, but neither
 * {@code v1} nor {@code latest}.
 */
public record TagPattern(String value) implements Comparable<TagPattern> {

  /** A tag has at most 128 characters. */
  private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_.*-]{1,128}");

  /** A tag has no '+', so that what is built is often written after a '_' or '-'. */
  private static final Pattern VERSION =
      Pattern.compile("v?+[0-9]++\\.[0-9]++\\.[0-9]++(?:[._-][a-zA-Z0-9._-]*+)?+");

  /** Full semantic versions. */
  public static final TagPattern SEMVER = new TagPattern("semver");

  public TagPattern {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "tag pattern "
              + Quoted.of(value)
              + " is not valid: expected 'semver', or a tag in which '*' stands for any"
              + " characters");
    }
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static TagPattern parse(String text) {
    return new TagPattern(text);
  }

  /** Whether the tag is one of these. Takes time linear in the tag's length for each star. */
  public boolean matches(TagName tag) {
    return equals(SEMVER) ? VERSION.matcher(tag.value()).matches() : matches(value, tag.value());
  }

  /** Each star takes as little as it can, and more when what follows does not fit. */
  private static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int taken = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        taken = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++taken;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public int compareTo(TagPattern other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

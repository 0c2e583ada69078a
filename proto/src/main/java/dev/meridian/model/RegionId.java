package dev.meridian.model;

import java.util.regex.Pattern;

/** A region's name: a DNS label, since it stands in host names, file names and object keys. */
public record RegionId(String value) implements Comparable<RegionId> {

  private static final Pattern PATTERN = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  public RegionId {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "region "
              + Quoted.of(value)
              + " is not valid: expected at most 63 lower-case letters, digits and '-' inside");
    }
  }

  /**
   * Parses a region's name.
   *
   * @throws IllegalArgumentException when it is not a DNS label
   */
  public static RegionId parse(String text) {
    return new RegionId(text);
  }

  @Override
  public int compareTo(RegionId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.meridian.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A state of a cluster's metadata, as it stands in the {@code Meridian-Revision} header: {@code
 * <cluster>.<group>.<revision>}. Revisions of one cluster and group are ordered by number.
 */
public record Revision(String cluster, int group, long number) {

  private static final Pattern PATTERN =
      Pattern.compile("([A-Za-z0-9-]{1,64})\\.([0-9]{1,9})\\.([0-9]{1,18})");

  /**
   * Parses the header's form.
   *
   * @throws IllegalArgumentException when it is not of that form
   */
  public static Revision parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "revision " + Quoted.of(text) + " is not valid: expected <cluster>.<group>.<revision>");
    }
    return new Revision(
        matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)));
  }

  @Override
  public String toString() {
    return cluster + "." + group + "." + number;
  }
}

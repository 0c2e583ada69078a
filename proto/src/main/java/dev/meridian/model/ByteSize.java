package dev.meridian.model;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size of configuration, in bytes; written {@code 8MiB}, {@code 20GiB}, {@code 100MB} or {@code
 * 512B}.
 */
public record ByteSize(long bytes) {

  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,9})(B|[kKMGT]i?B)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "B", 1L,
          "kB", 1_000L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size " + bytes + " is negative");
    }
  }

  /** So many times 1,048,576 bytes. */
  public static ByteSize mebibytes(long count) {
    return new ByteSize(count << 20);
  }

  /** So many times 1,073,741,824 bytes. */
  public static ByteSize gibibytes(long count) {
    return new ByteSize(count << 30);
  }

  /**
   * Parses a number with a unit.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static ByteSize parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "size " + Quoted.of(text) + " is not valid: expected a number and a unit, such as 8MiB");
    }
    return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
  }

  @Override
  public String toString() {
    for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
      long size = UNITS.get(unit);
      if (bytes >= size && bytes % size == 0) {
        return bytes / size + unit;
      }
    }
    return bytes + "B";
  }
}

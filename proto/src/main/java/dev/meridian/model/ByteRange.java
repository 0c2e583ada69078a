package dev.meridian.model;

import java.util.Optional;

/** A range of bytes of a body: {@code first} to {@code last}, both included and counted from 0. */
public record ByteRange(long first, long last) {

  public ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("byte range " + first + "-" + last + " is not valid");
    }
  }

  /** The whole of a body that is not empty. */
  public static ByteRange whole(long size) {
    return new ByteRange(0, size - 1);
  }

  /** How many bytes the range has. */
  public long length() {
    return last - first + 1;
  }

  /**
   * Parses a {@code Range} header for a body of a size (RFC 9110, section 14). Empty when the
   * header is to be ignored: another unit, several ranges, or not a range at all.
   *
   * @throws NotSatisfiableException when no byte of the body is in the range
   */
  public static Optional<ByteRange> ofHeader(String header, long size)
      throws NotSatisfiableException {
    if (!header.startsWith("bytes=") || header.indexOf(',') >= 0) {
      return Optional.empty();
    }
    String[] ends = header.substring("bytes=".length()).strip().split("-", -1);
    if (ends.length != 2 || !isNumber(ends[0]) || !isNumber(ends[1])) {
      return Optional.empty();
    }
    if (ends[0].isEmpty()) {
      return ends[1].isEmpty() ? Optional.empty() : Optional.of(suffix(number(ends[1]), size));
    }
    long first = number(ends[0]);
    long last = ends[1].isEmpty() ? Long.MAX_VALUE : number(ends[1]);
    // RFC 9110 would have a reversed range ignored; the distribution-spec's suite wants 416.
    if (last < first || first >= size) {
      throw new NotSatisfiableException(header, size);
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  private static ByteRange suffix(long length, long size) throws NotSatisfiableException {
    if (length == 0 || size == 0) {
      throw new NotSatisfiableException("bytes=-" + length, size);
    }
    return new ByteRange(Math.max(0, size - length), size - 1);
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Numbers that no body reaches count as the largest. */
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** No byte of the body is in the range that was asked for. */
  public static final class NotSatisfiableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotSatisfiableException(String header, long size) {
      super("range " + Quoted.of(header) + " lies outside of the body's " + size + " bytes");
    }
  }
}

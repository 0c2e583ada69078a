package dev.meridian.node.blobs.s3;

/**
 * How large the parts of an object are: they double every 1,000 parts, so that the 10,000 that S3
 * allows are enough for 5 TB, its largest object.
 *
 * @param first size of the first 1,000 parts
 * @param largest size of any part, since two must fit into the spool
 */
record PartSizes(long first, long largest) {

  /** S3 refuses a smaller part, unless it is the last one. */
  static final long SMALLEST = 5L << 20;

  static final int MOST = 10_000;

  private static final int STEP = 1000;

  /** Size of a whole part with this number; numbers begin with 1. */
  long of(int number) {
    if (number > MOST) {
      throw new IllegalArgumentException(
          "part " + number + " is one too many: S3 objects have at most " + MOST + " parts");
    }
    return Math.min(first << (number - 1) / STEP, largest);
  }

  /**
   * How much a part with this number must hold if others may follow it. More than S3 asks for where
   * part numbers begin to run out.
   */
  long leastOf(int number) {
    return number <= STEP ? SMALLEST : of(number);
  }
}

package dev.meridian.loadtest.measure;

/** When operations begin; asked by all workers of a round. Times are of System.nanoTime. */
interface Arrivals {

  /** No operation is to begin any more. */
  long OVER = Long.MAX_VALUE;

  /**
   * Waits until an operation is due.
   *
   * @return when it was meant to begin, which latency is counted from, or {@link #OVER}
   */
  long next();

  /** How many operations were due and never began. */
  long missed();
}

package dev.meridian.loadtest.measure;

import java.io.IOException;

/** A target of an experiment, and what is done to it. */
public interface Lane {

  /** What is measured. */
  Target target();

  /**
   * Runs to the end of the last operation that began in time.
   *
   * @param eachSample called every 100 ms with the part of the round that is over
   * @throws IOException when the target cannot be reached at the beginning
   */
  RoundResult round(LoadSettings load, Progress eachSample) throws IOException;
}

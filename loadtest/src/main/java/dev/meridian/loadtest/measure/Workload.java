package dev.meridian.loadtest.measure;

import java.io.IOException;

/** What a scenario does to one target over and over. Workers call it at the same time. */
@FunctionalInterface
public interface Workload {

  /**
   * Performs one operation; its time is taken by the caller.
   *
   * @param number counts the operations of this workload from 0, each number used once
   * @throws IOException when it failed; counted by kind, the run goes on
   */
  Done perform(Worker worker, long number) throws IOException;
}

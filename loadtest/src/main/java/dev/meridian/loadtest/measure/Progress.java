package dev.meridian.loadtest.measure;

/** Shows how far a run has come. */
@FunctionalInterface
public interface Progress {

  /** Shows nothing. */
  Progress NONE = (what, fraction) -> {};

  /** Called some times a second, from one thread; the fraction goes from 0 to 1. */
  void show(String what, double fraction);
}

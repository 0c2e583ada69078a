package dev.meridian.loadtest.faults;

/**
 * A fault that was, its times on {@link System#nanoTime}.
 *
 * @param what whom it met, for people
 * @param delayed whether everything between regions was slow meanwhile
 * @param start before it began
 * @param end when it was over: healed, or the process started again
 * @param recovered when all regions served again
 */
public record Fault(
    FaultKind kind, String what, boolean delayed, long start, long end, long recovered) {}

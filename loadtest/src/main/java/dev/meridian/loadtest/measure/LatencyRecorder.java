package dev.meridian.loadtest.measure;

import dev.meridian.loadtest.oci.RefusedException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Notes of one thread, added up after a round: latencies of whole operations and of steps within
 * them by kind (nanoseconds, three significant digits), bytes, events and failures.
 */
public final class LatencyRecorder {

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int MOST_KINDS_OF_ERROR = 20;

  private final Map<String, Histogram> operations = new TreeMap<>();
  private final Map<String, Histogram> steps = new TreeMap<>();
  private final Map<String, Long> events = new TreeMap<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private long bytes;

  /** Notes an operation that succeeded. */
  void operation(Done done, long nanos) {
    histogram(operations, done.kind()).recordValue(Math.max(0, nanos));
    bytes += done.bytes();
  }

  /** Notes a step within an operation; it counts for latencies, not for throughput. */
  public void step(String kind, long nanos) {
    histogram(steps, kind).recordValue(Math.max(0, nanos));
  }

  /** Notes that something happened, such as a stale read. */
  public void event(String what) {
    events.merge(what, 1L, Long::sum);
  }

  /** Notes an operation that failed, by what does not differ from one failure to the next. */
  void failure(IOException failure) {
    String kind =
        switch (failure) {
          case RefusedException refused -> refused.kind();
          default -> failure.getClass().getSimpleName() + ": " + failure.getMessage();
        };
    failures(kind, 1);
  }

  /** Notes operations that failed alike. */
  void failures(String kind, long count) {
    boolean known = errors.containsKey(kind) || errors.size() < MOST_KINDS_OF_ERROR;
    errors.merge(known ? kind : "other", count, Long::sum);
  }

  /** Adds the notes of another recorder, whose thread has ended. */
  public void add(LatencyRecorder other) {
    other.operations.forEach((kind, from) -> histogram(operations, kind).add(from));
    other.steps.forEach((kind, from) -> histogram(steps, kind).add(from));
    other.events.forEach((what, count) -> events.merge(what, count, Long::sum));
    other.errors.forEach(this::failures);
    bytes += other.bytes;
  }

  /** Latencies of whole operations by kind. */
  public Map<String, Histogram> operations() {
    return operations;
  }

  /** Latencies of steps within operations by kind. */
  public Map<String, Histogram> steps() {
    return steps;
  }

  /** Latencies of all operations together. */
  public Histogram all() {
    Histogram all = new Histogram(SIGNIFICANT_DIGITS);
    operations.values().forEach(all::add);
    return all;
  }

  /** How often each event happened. */
  public Map<String, Long> events() {
    return events;
  }

  /** How many operations failed, by kind of failure. */
  public Map<String, Long> errors() {
    return errors;
  }

  /** How many operations failed. */
  public long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many bytes of content the operations moved. */
  public long bytes() {
    return bytes;
  }

  private static Histogram histogram(Map<String, Histogram> histograms, String kind) {
    return histograms.computeIfAbsent(kind, k -> new Histogram(SIGNIFICANT_DIGITS));
  }
}

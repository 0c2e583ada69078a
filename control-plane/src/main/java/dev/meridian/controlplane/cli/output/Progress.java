package dev.meridian.controlplane.cli.output;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Tells of what takes longer than two seconds: on a screen a bar on its last line, elsewhere a line
 * every half minute. Safe for use by several threads.
 */
public final class Progress implements AutoCloseable {

  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration LINES = Duration.ofSeconds(30);
  private static final int WIDTH = 30;
  private static final String START_OF_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean draws;
  private final LongSupplier nanoTime;
  private final long start;
  private String what;
  private OptionalDouble fraction = OptionalDouble.empty();
  private long due;
  private boolean drawn;
  private boolean closed;

  Progress(PrintWriter err, boolean draws, LongSupplier nanoTime, String what) {
    this.err = err;
    this.draws = draws;
    this.nanoTime = nanoTime;
    this.what = what;
    this.start = nanoTime.getAsLong();
    this.due = start + (draws ? SILENCE : LINES).toNanos();
  }

  /**
   * Begins to measure the time.
   *
   * @param what is waited for, until something else is shown
   */
  public static Progress start(Terminal terminal, PrintWriter err, String what) {
    Progress progress = new Progress(err, terminal.draws(), System::nanoTime, what);
    Thread.ofVirtual().start(progress::run);
    return progress;
  }

  /** From now on this is waited for; nobody knows how long it takes. */
  public void show(String next) {
    show(next, OptionalDouble.empty());
  }

  /**
   * From now on this is waited for.
   *
   * @param part how much of it is done, 0 to 1
   */
  public void show(String next, double part) {
    show(next, OptionalDouble.of(Math.clamp(part, 0, 1)));
  }

  private synchronized void show(String next, OptionalDouble part) {
    what = next;
    fraction = part;
  }

  /** Clears what was drawn; nothing is shown any more. */
  @Override
  public synchronized void close() {
    if (drawn) {
      err.print(START_OF_LINE);
      err.flush();
    }
    closed = true;
    notifyAll();
  }

  private synchronized void run() {
    try {
      while (!closed) {
        tick();
        wait(REDRAW.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells of it when it is time to. */
  synchronized void tick() {
    long now = nanoTime.getAsLong();
    if (closed || now < due) {
      return;
    }
    due = now + (draws ? REDRAW : LINES).toNanos();
    drawn = draws;
    String line = line(Duration.ofSeconds((now - start) / 1_000_000_000));
    if (draws) {
      err.print(START_OF_LINE + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  private String line(Duration elapsed) {
    String text = what + ", " + Figures.duration(elapsed);
    if (fraction.isEmpty()) {
      return text;
    }
    int full = (int) Math.round(fraction.getAsDouble() * WIDTH);
    String bar = "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] ";
    return bar + Math.round(fraction.getAsDouble() * 100) + " % " + text;
  }
}

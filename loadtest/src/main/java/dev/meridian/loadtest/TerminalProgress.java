package dev.meridian.loadtest;

import dev.meridian.loadtest.measure.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A bar on the last line of a terminal. */
final class TerminalProgress implements Progress {

  private static final int WIDTH = 30;
  private static final String START_OF_LINE = "\r\033[K";

  private final PrintWriter terminal;

  private TerminalProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /** A bar if the process's error output is a terminal, else nothing. */
  static Progress on(PrintWriter err) {
    return isTerminal() ? new TerminalProgress(err) : NONE;
  }

  /** Clears the line of a bar, so that other text may follow. */
  static void end(Progress progress) {
    if (progress instanceof TerminalProgress bar) {
      bar.terminal.print(START_OF_LINE);
      bar.terminal.flush();
    }
  }

  @Override
  public void show(String what, double fraction) {
    int full = (int) Math.round(Math.clamp(fraction, 0, 1) * WIDTH);
    terminal.print(START_OF_LINE + "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + what);
    terminal.flush();
  }

  /** Java tells of input and output only, not of error output. */
  private static boolean isTerminal() {
    try {
      Path stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return stderr.startsWith("/dev/pts") || stderr.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // no /proc: no bar
    }
  }
}

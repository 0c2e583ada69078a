package dev.meridian.controlplane.cli.output;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Who sits at the other ends of this process.
 *
 * @param asks whether somebody can be asked, at {@code input}
 * @param draws whether error output is a screen, on which a line can be drawn anew
 */
public record Terminal(BufferedReader input, boolean asks, boolean draws) {

  /** Java cannot tell whether its error output is a terminal; the launcher can. */
  private static final String INPUT = "meridian.terminal.in";

  private static final String ERRORS = "meridian.terminal.err";

  /** The one of this process. */
  public static Terminal ofProcess() {
    boolean screen = Boolean.getBoolean(ERRORS);
    return new Terminal(
        new BufferedReader(new InputStreamReader(System.in)),
        screen && Boolean.getBoolean(INPUT),
        screen);
  }

  /** What is typed, unseen where that can be done; null at the end of input. */
  public String secret(PrintWriter err, String question) throws IOException {
    err.print(question);
    err.flush();
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword();
      return typed == null ? null : new String(typed);
    }
    return input.readLine();
  }

  /** Whether the answer to a question is yes; the end of input is a no. */
  public boolean confirms(PrintWriter err, String question) throws IOException {
    err.print(question + " [y/N] ");
    err.flush();
    String answer = input.readLine();
    return answer != null
        && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
  }
}

package dev.meridian.loadtest;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code loadtest}: measures registries through their public API. Exit codes: 0 done, 1 refused or
 * some operations failed, 2 usage, 3 a target cannot be reached.
 */
@Command(
    name = "loadtest",
    mixinStandardHelpOptions = true,
    description = "Measures container registries side by side, through their public API only.",
    subcommands = {
      RunCommand.class,
      CompareCommand.class,
      HistoryCommand.class,
      FailoverCommand.class,
      LatencyCommand.class,
      ScaleCommand.class
    })
public final class LoadTest {

  static final int FAILED = 1;
  static final int UNREACHABLE = 3;

  /** Runs a command and ends the process with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, ready to execute. */
  static CommandLine commandLine() {
    return new CommandLine(new LoadTest())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(LoadTest::report);
  }

  private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    PrintWriter err = command.getErr();
    return switch (failure) {
      case ConnectException e -> say(err, e, UNREACHABLE);
      case IOException e -> say(err, e, FAILED);
      default -> throw failure;
    };
  }

  private static int say(PrintWriter err, Exception failure, int code) {
    err.println("loadtest: " + failure.getMessage());
    return code;
  }
}

package dev.meridian.controlplane.cli.access;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.output.OutputFormat;
import dev.meridian.controlplane.cli.output.Printer;
import java.time.Duration;
import picocli.CommandLine.ParameterException;

/** One run of the command line, as the verbs of this package see it. */
public interface Invocation {

  /** How long a question to the server takes at most, unless the operator says. */
  Duration QUERY = Duration.ofSeconds(10);

  /** How long a command takes at most, unless the operator says. */
  Duration COMMAND = Duration.ofSeconds(15);

  /** The client of the server that is to be asked. */
  AdminClient client(Duration usualTimeout);

  /** Prints results. */
  Printer printer();

  /** In which form results are printed. */
  OutputFormat format();

  /** Prints text as it is; false when nobody reads it any more. */
  boolean print(String text);

  /** Tells people of what they may not have meant; goes on. */
  void warn(String text);

  /** Returns when the operator wants it; {@code yes} says so already. */
  void confirm(boolean yes, String question);

  /**
   * A new password: a line of standard input, or typed twice.
   *
   * @throws ParameterException when nobody can be asked
   */
  String newPassword(String whose);

  /** The exception for what is wrong with the arguments of this run. */
  ParameterException wrongUsage(String message);
}

package dev.meridian.controlplane.cli.contexts;

import dev.meridian.controlplane.cli.output.Printer;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/** One run of the command line, as the verbs of contexts see it. */
public interface ContextInvocation {

  /** What the command line says, without the environment and any context. */
  GivenOptions given();

  /**
   * Where contexts are kept.
   *
   * @throws ParameterException when nothing says where
   */
  ContextsFile contexts();

  /**
   * The context that verbs use which ask a server.
   *
   * @throws ParameterException when the one that is named is not there
   */
  Optional<ChosenContext> chosen();

  /** Prints results. */
  Printer printer();

  /** The exception for what is wrong with the arguments of this run. */
  ParameterException wrongUsage(String message);
}

package dev.meridian.deploy;

import dev.meridian.controlplane.backup.RestoreException;
import dev.meridian.deploy.settings.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
@Command(
    name = "meridian",
    description = "A container registry that lives in many regions at once.",
    subcommands = {
      DevCommand.class,
      ServeCommand.class,
      VerifyCommand.class,
      RestoreCommand.class,
      TrainCommand.class,
      Meridian.VersionCommand.class
    },
    mixinStandardHelpOptions = false,
    synopsisSubcommandLabel = "COMMAND")
public final class Meridian implements Callable<Integer> {

  @Spec private CommandSpec spec;

  private Meridian() {}

  /** Runs the command that the arguments name. */
  public static void main(String... arguments) {
    System.exit(run(commandLine(), arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Meridian())
        .setExecutionExceptionHandler((exception, command, parsed) -> {
          if (exception instanceof StartException
              || exception instanceof ConfigException
              || exception instanceof RestoreException) {
            command.getErr().println(exception.getMessage());
            return 1;
          }
          throw exception;
        });
  }

  static int run(CommandLine commandLine, String... arguments) {
    return commandLine.execute(arguments);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }

  @Command(name = "version", description = "Prints the version.")
  static final class VersionCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      String version = Meridian.class.getPackage().getImplementationVersion();
      spec.commandLine()
          .getOut()
          .println(
              "meridian "
                  + (version == null ? "unpackaged" : version)
                  + " (JDK "
                  + Runtime.version()
                  + ")");
      return 0;
    }
  }
}

package dev.meridian.deploy;

import dev.meridian.deploy.settings.ConfigException;
import dev.meridian.deploy.settings.ConfigFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks a configuration file, with the variables of this environment, and starts nothing. */
@Command(name = "verify", description = "Checks a configuration file without starting.")
final class VerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "The file.")
  private Path config;

  @Override
  public Integer call() throws ConfigException {
    ConfigFile.read(config, System.getenv());
    spec.commandLine().getOut().println(config + " is valid");
    return 0;
  }
}

package dev.meridian.deploy;

import dev.meridian.deploy.settings.ConfigException;
import dev.meridian.deploy.settings.ConfigFile;
import dev.meridian.deploy.settings.ProcessConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one process of a deployment: a metadata server, a node or both. */
@Command(name = "serve", description = "Runs one process of a deployment.")
final class ServeCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  /** What closing may take after the drain. */
  private static final Duration CLOSING = Duration.ofSeconds(8);

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "The settings.")
  private Path config;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws ConfigException, InterruptedException {
    ProcessConfig settings = ConfigFile.read(config, System.getenv());
    Logging.configure(settings.log());
    RegionProcess process = new RegionProcess(settings, this::announce);
    try {
      process.start();
    } catch (StartException e) {
      LOG.error(e.getMessage(), e.getCause());
      process.close();
      return 1;
    }
    LOG.info(
        "region {} of cluster {} serves at {}",
        settings.region(),
        settings.cluster(),
        settings.http());
    Duration drain = settings.node().map(node -> node.http().drainTimeout()).orElse(Duration.ZERO);
    StopOnSignal.await(process, drain.plus(CLOSING));
    return 0;
  }

  private void announce(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }
}

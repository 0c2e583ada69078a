package dev.meridian.deploy;

import dev.meridian.controlplane.ControlPlaneConfig;
import dev.meridian.controlplane.backup.RestoreException;
import dev.meridian.controlplane.backup.Restorer;
import dev.meridian.deploy.settings.ConfigException;
import dev.meridian.deploy.settings.ConfigFile;
import dev.meridian.deploy.settings.LogSettings;
import dev.meridian.proto.backup.BackupHeader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Restores a backup into the data directory of a metadata server, and starts nothing. */
@Command(
    name = "restore",
    description = "Restores a backup of the metadata, for a server that begins a new cluster.")
final class RestoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--from", paramLabel = "FILE", required = true, description = "The backup.")
  private Path backup;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The settings of the server; its data directory must hold no metadata.")
  private Path config;

  @Override
  public Integer call() throws ConfigException, StartException, RestoreException {
    Logging.configure(new LogSettings(LogSettings.Level.WARN, LogSettings.Format.TEXT));
    ControlPlaneConfig server =
        ConfigFile.read(config, System.getenv())
            .controlPlane()
            .orElseThrow(() ->
                new StartException(
                    config
                        + ": roles: a backup is restored for a metadata server: expected"
                        + " control-plane among them"));
    BackupHeader header =
        new Restorer(server.cluster(), server.region(), server.data()).restore(backup);
    spec.commandLine()
        .getOut()
        .printf(
            "restored cluster %s into %s: revision %d, as %s had it at %s%n"
                + "%s begins a new cluster with it: meridian serve --config %s%n",
            header.getCluster(),
            server.data(),
            header.getRevision(),
            header.getRegion(),
            Instant.ofEpochMilli(header.getCreatedMs()),
            server.region(),
            config);
    return 0;
  }
}

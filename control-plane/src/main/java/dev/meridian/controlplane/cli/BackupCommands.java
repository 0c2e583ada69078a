package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.bytes;
import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.millis;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.time;

import com.google.protobuf.Timestamp;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.CreateBackupRequest;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Backups of the metadata. */
@Command(name = "backup", description = "Backups of the metadata: create, verify.")
final class BackupCommands {

  private static final Duration CREATION = Duration.ofHours(6);

  private final Session session;

  BackupCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "create",
      header = "Writes the metadata of the cluster into a file.",
      description =
          "As it is at one moment, from the server that is asked; nothing stops meanwhile. The file"
              + " is there when it is whole. It holds no blobs, but the key that signs uploads:"
              + " keep it to yourself. `meridian restore` begins a new cluster with it.",
      footer = "  meridianctl backup create demo-2026-11-23.backup")
  void create(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--local",
              description = "As this server stands, also when there is no quorum.")
          boolean local,
      @Option(names = "--force", description = "Replace the file if there is one.") boolean force) {
    long began = System.nanoTime();
    BackupHeader header =
        new LocalBackup(file, session.progress())
            .receive(
                session.client(CREATION),
                CreateBackupRequest.newBuilder().setLocal(local).build(),
                force);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    session
        .printer()
        .done(
            "%s: cluster %s at revision %d, %d files, %s in %s"
                .formatted(
                    file,
                    header.getCluster(),
                    header.getRevision(),
                    header.getFilesCount(),
                    Figures.bytes(content(header)),
                    Figures.duration(took)),
            describe(file, header, millis("took_ms", took.toMillis())));
  }

  @Command(
      name = "verify",
      header = "Checks that a backup is whole, and tells what it is of.",
      description = "Reads the file only; no server is asked.",
      footer = "  meridianctl backup verify demo-2026-11-23.backup")
  void verify(@Parameters(paramLabel = "FILE") Path file) {
    BackupHeader header = new LocalBackup(file, session.progress()).verify();
    session.printer().item(describe(file, header));
  }

  private static Item describe(Path file, BackupHeader header, Field... more) {
    Instant created = Instant.ofEpochMilli(header.getCreatedMs());
    Timestamp timestamp =
        Timestamp.newBuilder()
            .setSeconds(created.getEpochSecond())
            .setNanos(created.getNano())
            .build();
    List<Field> fields =
        new ArrayList<>(
            List.of(
                text("file", file.toString()),
                text("cluster", header.getCluster()),
                text("cluster_id", header.getClusterId()),
                count("revision", header.getRevision()),
                text("region", header.getRegion()),
                time("created", timestamp),
                text("version", header.getVersion()),
                count("file_count", header.getFilesCount()),
                bytes("content_bytes", content(header))));
    fields.addAll(List.of(more));
    return new Item(fields);
  }

  private static long content(BackupHeader header) {
    return header.getFilesList().stream().mapToLong(BackupFile::getSize).sum();
  }
}

package dev.meridian.controlplane.backup;

import com.google.protobuf.ByteString;
import dev.meridian.backup.BackupReader;
import dev.meridian.backup.BrokenBackupException;
import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.StoreException;
import dev.meridian.model.RegionId;
import dev.meridian.proto.backup.BackupHeader;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.RenewCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Restores a backup into the data directory of a metadata server, which begins a new cluster with
 * it, alone; others are added later.
 */
public final class Restorer {

  private static final int ID_BYTES = 16;

  private final String cluster;
  private final RegionId region;
  private final Path data;
  private final Consumer<RestoreStep> done;

  /**
   * @param cluster name of the cluster
   * @param data a directory that holds no metadata, or is not there
   */
  public Restorer(String cluster, RegionId region, Path data) {
    this(cluster, region, data, step -> {});
  }

  /**
   * @param done told of every step that is on disk
   */
  Restorer(String cluster, RegionId region, Path data, Consumer<RestoreStep> done) {
    this.cluster = cluster;
    this.region = region;
    this.data = data.toAbsolutePath().normalize();
    this.done = done;
  }

  /**
   * Restores all of it, or nothing; returns the head of the backup.
   *
   * @throws RestoreException when the file is not a whole backup of this cluster, or the directory
   *     is in use or cannot be written
   */
  public BackupHeader restore(Path backup) throws RestoreException {
    try {
      BackupHeader header = verify(backup);
      try (RestoringDirectory directory = RestoringDirectory.open(data, done)) {
        DataDirectory built = directory.begin(cluster, region);
        // The next entry of the log, see begin().
        long base = header.getIndex() + 1;
        Path store = LiveDatabase.directory(built.store(), base);
        extract(backup, header, Files.createDirectories(store));
        done.accept(RestoreStep.EXTRACTED);
        begin(backup, header, store);
        DurableFiles.syncAll(store);
        LiveDatabase.appoint(built.store(), base);
        built.enrolRestored(region);
        done.accept(RestoreStep.BEGUN);
        directory.finish();
      }
      return header;
    } catch (BrokenBackupException e) {
      throw new RestoreException(backup + " is " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RestoreException(
          "cannot restore " + backup + " into " + data + ": " + reason(e), e);
    }
  }

  private BackupHeader verify(Path backup)
      throws IOException, BrokenBackupException, RestoreException {
    BackupHeader header;
    try (InputStream in = Files.newInputStream(backup)) {
      header = BackupReader.verify(in);
    }
    if (!header.getCluster().equals(cluster)) {
      throw new RestoreException(
          backup
              + " is a backup of cluster \""
              + header.getCluster()
              + "\": expected one of \""
              + cluster
              + "\", as in the configuration");
    }
    return header;
  }

  private static void extract(Path backup, BackupHeader header, Path store)
      throws IOException, BrokenBackupException, RestoreException {
    try (InputStream in = Files.newInputStream(backup)) {
      if (!BackupReader.extract(in, store).equals(header)) {
        throw new RestoreException(backup + " has changed while it was read");
      }
    }
  }

  /**
   * Makes the store of the old cluster that of a new one, by a command in an entry of its own. That
   * has term 0, since the new log begins with term 1: were it of the old, higher term, Raft would
   * take a log with only this for newer than one with entries that were committed after it.
   */
  private void begin(Path backup, BackupHeader header, Path store) throws RestoreException {
    LogPosition position = new LogPosition(header.getTerm(), header.getIndex());
    try (MetadataDb db = MetadataDb.open(store)) {
      if (!db.position().equals(position) || db.revision() != header.getRevision()) {
        throw new RestoreException(
            backup
                + " is not what it says: expected entry "
                + position
                + " and revision "
                + header.getRevision()
                + ", and it holds "
                + db.position()
                + " and "
                + db.revision());
      }
      Entry renewal = Entry.newBuilder().addCommands(renewal(header)).build();
      new CommandApplier().apply(db, new LogPosition(0, position.index() + 1), renewal);
    } catch (StoreException e) {
      throw new RestoreException(
          backup
              + " was made by version "
              + header.getVersion()
              + " of Meridian, and this one cannot open what it holds: "
              + e.getMessage(),
          e);
    }
  }

  private Command renewal(BackupHeader header) {
    return Command.newBuilder()
        .setId(ByteString.copyFrom(randomId()))
        .setPrincipal("system:" + region)
        .setPreparedRevision(header.getRevision())
        .setWallTimeMs(System.currentTimeMillis())
        .setRenewCluster(
            RenewCluster.newBuilder().setClusterId(HexFormat.of().formatHex(randomId())))
        .build();
  }

  private static byte[] randomId() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return id;
  }

  /** The message of an exception of a file is its name only, when the system gives no reason. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() == null
        ? e.toString()
        : e.getMessage();
  }
}

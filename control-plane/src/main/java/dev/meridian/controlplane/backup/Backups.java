package dev.meridian.controlplane.backup;

import dev.meridian.backup.BackupWriter;
import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.StoreException;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import dev.meridian.proto.store.ClusterRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the live database, each of one moment, which stay as they are while they are sent.
 * Entries go on being applied meanwhile: the copy shares the files that do not change any more by
 * hard links. There is one at a time, since each keeps rows on disk that are gone otherwise.
 */
public final class Backups {

  private static final Logger log = LoggerFactory.getLogger(Backups.class);

  private final RaftNode raft;
  private final Path directory;
  private final InstantSource clock;
  private final AtomicBoolean underWay = new AtomicBoolean();

  public Backups(RaftNode raft, InstantSource clock) {
    this.raft = raft;
    this.directory = new DataDirectory(raft.data()).backup();
    this.clock = clock;
  }

  /**
   * Copies the present state; empty while there is another copy. To be closed.
   *
   * @throws UnavailableException when there is no state to copy
   * @throws IOException when it cannot be copied, as on a full disk
   */
  public Optional<Copy> take() throws IOException {
    if (!underWay.compareAndSet(false, true)) {
      return Optional.empty();
    }
    Copy copy = null;
    try {
      copy = new Copy(describe());
      return Optional.of(copy);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      if (copy == null) {
        remove();
      }
    }
  }

  private BackupWriter describe() throws IOException {
    // What the last one could not remove.
    DurableFiles.delete(directory);
    Files.createDirectories(directory);
    Path files = directory.resolve("files");
    try (LiveDatabase.Lease lease = raft.live().acquire()) {
      lease.db().checkpoint(files);
    }
    BackupHeader.Builder header =
        BackupHeader.newBuilder()
            .setRegion(raft.region().value())
            .setVersion(version())
            .setCreatedMs(clock.millis());
    // The position is the copy's own: entries were applied while it was made. That it opens is
    // known as well now, and closed it has no write-ahead log left to replay.
    try (MetadataDb db = MetadataDb.open(files);
        ReadView view = db.read()) {
      ClusterRecord cluster =
          view.get(Tables.CLUSTER, Nothing.NOTHING)
              .orElseThrow(() -> new UnavailableException("the cluster is not founded yet"));
      header
          .setCluster(cluster.getClusterName())
          .setClusterId(cluster.getClusterId())
          .setRevision(db.revision())
          .setTerm(db.position().term())
          .setIndex(db.position().index());
    }
    for (Path file : DurableFiles.list(files)) {
      if (isData(file.getFileName().toString())) {
        header.addFiles(
            BackupFile.newBuilder()
                .setName(file.getFileName().toString())
                .setSize(Files.size(file)));
      }
    }
    return new BackupWriter(header.build(), files);
  }

  /** RocksDB's lock and its messages say nothing to another server. */
  private static boolean isData(String name) {
    return !name.equals("LOCK") && !name.startsWith("LOG");
  }

  private static String version() {
    return Optional.ofNullable(Backups.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }

  private void remove() {
    try {
      DurableFiles.delete(directory);
    } catch (IOException e) {
      log.warn("cannot remove {}; the next backup or start tries again", directory, e);
    } finally {
      underWay.set(false);
    }
  }

  /** The state of one moment, until it is closed. */
  public final class Copy implements AutoCloseable {
    private final BackupWriter writer;
    private boolean closed;

    private Copy(BackupWriter writer) {
      this.writer = writer;
    }

    /** Writes it. */
    public BackupWriter writer() {
      return writer;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        remove();
      }
    }
  }
}

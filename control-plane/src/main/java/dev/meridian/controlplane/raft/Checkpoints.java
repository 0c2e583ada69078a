package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of the database, which are the snapshots of Raft: {@code
 * checkpoints/cp.<term>.<index>/} holds RocksDB's files as they were when that entry was applied.
 *
 * <p>A follower that receives a snapshot gets this directory replaced as a whole by Ratis; the live
 * database therefore lies elsewhere. Checkpoints are taken by the thread that applies entries, and
 * asked for by any.
 */
final class Checkpoints implements StateMachineStorage {

  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern NAME = Pattern.compile("cp\\.(\\d+)\\.(\\d+)");
  private static final int NEWEST_KEPT = 2;

  /** A checkpoint that is complete. */
  record Checkpoint(Path directory, LogPosition position) {}

  private final Path root;
  private final Path incoming;
  private final Duration interval;
  private final Duration age;
  private final InstantSource clock;
  private long lastTriedNanos;
  private volatile Optional<SnapshotInfo> newest = Optional.empty();

  Checkpoints(Path root, Path incoming, Duration interval, Duration age, InstantSource clock) {
    this.root = root;
    this.incoming = incoming;
    this.interval = interval;
    this.age = age;
    this.clock = clock;
    this.lastTriedNanos = System.nanoTime() - interval.toNanos();
  }

  /** Removes what a crash may have left half done. */
  void open() throws IOException {
    Files.createDirectories(root);
    DurableFiles.delete(incoming);
    Files.createDirectories(incoming);
    // What Ratis set aside while it put a received snapshot in place: checkpoints.tmp<time>.
    for (Path sibling : DurableFiles.list(root.getParent())) {
      if (sibling.getFileName().toString().startsWith(root.getFileName() + ".")) {
        DurableFiles.delete(sibling);
      }
    }
    for (Path entry : DurableFiles.list(root)) {
      if (!NAME.matcher(entry.getFileName().toString()).matches()) {
        DurableFiles.delete(entry);
      }
    }
    refresh();
  }

  /** Looks again which checkpoint is the newest, since Ratis may have put one there. */
  Optional<Checkpoint> refresh() throws IOException {
    List<Checkpoint> all = all();
    newest = all.isEmpty() ? Optional.empty() : Optional.of(describe(all.getLast()));
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** All, the oldest first. */
  private List<Checkpoint> all() throws IOException {
    List<Checkpoint> found = new ArrayList<>();
    for (Path entry : DurableFiles.list(root)) {
      Matcher name = NAME.matcher(entry.getFileName().toString());
      if (name.matches()) {
        found.add(
            new Checkpoint(
                entry,
                new LogPosition(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))));
      }
    }
    found.sort(Comparator.comparing(Checkpoint::position));
    return found;
  }

  private static SnapshotInfo describe(Checkpoint checkpoint) throws IOException {
    List<FileInfo> files = new ArrayList<>();
    for (Path file : DurableFiles.list(checkpoint.directory())) {
      if (!LiveDatabase.isDigest(file)) {
        // Without a digest: it is computed while the file is sent.
        files.add(new FileInfo(file, null));
      }
    }
    LogPosition position = checkpoint.position();
    return new FileListSnapshotInfo(files, TermIndex.valueOf(position.term(), position.index()));
  }

  /** Whether the last attempt at a checkpoint is long enough ago for the next. */
  boolean due() {
    return System.nanoTime() - lastTriedNanos >= interval.toNanos();
  }

  /** The interval begins anew. */
  void triedNow() {
    lastTriedNanos = System.nanoTime();
  }

  /**
   * Takes a checkpoint at the database's position, unless that one is there already, and drops old
   * ones.
   */
  void take(MetadataDb db) throws IOException {
    triedNow();
    LogPosition position = db.position();
    Path directory = root.resolve("cp." + position.term() + "." + position.index());
    if (!Files.exists(directory)) {
      db.checkpoint(directory);
      DurableFiles.sync(root);
      log.debug("checkpoint {}", directory);
    }
    refresh();
    dropOld();
  }

  @Override
  public SnapshotInfo getLatestSnapshot() {
    return newest.orElse(null);
  }

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
    // Ratis calls this after every entry; it is done where one is taken.
  }

  /** Keeps the newest, and those that a follower may still be copying. */
  void dropOld() throws IOException {
    List<Checkpoint> all = all();
    Instant oldest = clock.instant().minus(age);
    for (Checkpoint checkpoint : all.subList(0, Math.max(0, all.size() - NEWEST_KEPT))) {
      if (Files.getLastModifiedTime(checkpoint.directory()).toInstant().isBefore(oldest)) {
        DurableFiles.delete(checkpoint.directory());
      }
    }
  }

  @Override
  public File getSnapshotDir() {
    return root.toFile();
  }

  @Override
  public File getTmpDir() {
    return incoming.toFile();
  }

  @Override
  public void init(RaftStorage storage) {
    // Opened by the state machine, which knows the order.
  }

  @Override
  public void format() {
    // An empty directory needs nothing.
  }
}

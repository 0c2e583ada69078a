package dev.meridian.controlplane.backup;

import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A data directory in which another one is built that takes its place:
 *
 * <pre>
 * restoring/lock                held while a restore runs
 * restoring/store/
 * restoring/server.properties
 * restoring/built               these are complete, and about to be moved
 * store/                        moved here first
 * server.properties             and then this: from now on it is a server's directory
 * </pre>
 *
 * No server starts where there is {@code restoring} but no {@code server.properties}. So whenever
 * the process ends, there is all or nothing, and in the latter case the next restore begins anew.
 */
final class RestoringDirectory implements AutoCloseable {

  private final DataDirectory target;
  private final DataDirectory aside;
  private final Consumer<RestoreStep> done;
  private final FileChannel lock;
  private boolean restored;

  private RestoringDirectory(
      DataDirectory target, DataDirectory aside, Consumer<RestoreStep> done, FileChannel lock) {
    this.target = target;
    this.aside = aside;
    this.done = done;
    this.lock = lock;
  }

  /**
   * Takes a directory that holds no metadata, or is not there.
   *
   * @throws RestoreException when it does, or another restore into it is under way
   */
  static RestoringDirectory open(Path data, Consumer<RestoreStep> done)
      throws IOException, RestoreException {
    DataDirectory target = new DataDirectory(data);
    DataDirectory aside = new DataDirectory(target.restoring());
    requireVacant(target, aside);
    Files.createDirectories(aside.root());
    FileChannel lock =
        FileChannel.open(
            aside.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!isMine(lock)) {
        throw new RestoreException("another restore into " + data + " is under way");
      }
      // The other one may have ended a moment ago.
      requireVacant(target, aside);
    } catch (IOException | RestoreException e) {
      lock.close();
      throw e;
    }
    return new RestoringDirectory(target, aside, done, lock);
  }

  private static boolean isMine(FileChannel file) throws IOException {
    try {
      FileLock held = file.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void requireVacant(DataDirectory target, DataDirectory aside)
      throws RestoreException {
    Optional<Path> taken =
        target.files().stream()
            .filter(Files::exists)
            .filter(file -> !(file.equals(target.store()) && isMoved(aside)))
            .findFirst();
    if (taken.isPresent()) {
      throw new RestoreException(
          "the data directory "
              + target.root()
              + " holds "
              + taken.get().getFileName()
              + " of a metadata server: expected an empty directory, or another one in the"
              + " configuration");
    }
  }

  /** Whether a store in its place is that of a restore which came to no end. */
  private static boolean isMoved(DataDirectory aside) {
    return Files.exists(built(aside)) && Files.notExists(aside.store());
  }

  private static Path built(DataDirectory aside) {
    return aside.root().resolve("built");
  }

  /** The directory to be filled, for a server of this region; takes back what others began. */
  DataDirectory begin(String cluster, RegionId region) throws IOException {
    takeBack();
    done.accept(RestoreStep.LOCKED);
    return DataDirectory.claim(aside.root(), cluster, region);
  }

  /** Moves what was built to its place; it must be on disk. */
  void finish() throws IOException {
    DurableFiles.write(built(aside), "");
    done.accept(RestoreStep.BUILT);
    Files.move(aside.store(), target.store(), StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(target.root());
    done.accept(RestoreStep.STORE_MOVED);
    Files.move(aside.marker(), target.marker(), StandardCopyOption.ATOMIC_MOVE);
    restored = true;
    DurableFiles.sync(target.root());
    done.accept(RestoreStep.RESTORED);
  }

  private void takeBack() throws IOException {
    if (isMoved(aside)) {
      DurableFiles.delete(target.store());
    }
    // What says that it was moved goes before what could be moved.
    DurableFiles.delete(built(aside));
    for (Path left : DurableFiles.list(aside.root())) {
      if (!left.endsWith("lock")) {
        DurableFiles.delete(left);
      }
    }
  }

  /** Takes back what was not finished. */
  @Override
  public void close() throws IOException {
    try (lock) {
      if (!restored) {
        takeBack();
      }
    }
    DurableFiles.delete(aside.root());
  }
}

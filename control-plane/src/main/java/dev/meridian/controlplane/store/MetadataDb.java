package dev.meridian.controlplane.store;

import dev.meridian.controlplane.store.Tables.Meta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The metadata of a region in one RocksDB.
 *
 * <p>One thread writes; any number read, each through a {@link ReadView} of its own. Every failure
 * of RocksDB is a {@link StoreException}. Writes go to RocksDB's own log without waiting for the
 * disk: after a loss of power the store may stand at an earlier entry, never inside of one, and
 * {@link #checkpoint} says how far it is safe to forget the Raft log.
 */
public final class MetadataDb implements AutoCloseable {

  private static final int CLOSED = -1;

  private record State(LogPosition position, long revision) {}

  private final Path directory;
  private final RocksSettings settings;
  private final RocksDB rocks;
  private final ColumnFamilyHandle defaultFamily;
  private final Map<String, ColumnFamilyHandle> families;
  private final WriteOptions writeOptions = new WriteOptions().setSync(false);
  private final AtomicInteger openViews = new AtomicInteger();
  private volatile State state = new State(LogPosition.NONE, 0);

  private MetadataDb(
      Path directory, RocksSettings settings, RocksDB rocks, List<ColumnFamilyHandle> handles) {
    this.directory = directory;
    this.settings = settings;
    this.rocks = rocks;
    this.defaultFamily = handles.getFirst();
    this.families = new HashMap<>();
    for (int i = 0; i < Tables.ALL.size(); i++) {
      families.put(Tables.ALL.get(i).name(), handles.get(i + 1));
    }
  }

  /**
   * Opens the store in a directory, which is made when it is not there.
   *
   * @throws StoreException when it cannot be opened, also when a process has it open
   */
  public static MetadataDb open(Path directory) {
    RocksSettings settings = new RocksSettings();
    try {
      Files.createDirectories(directory);
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, settings.family()));
      for (Table<?, ?> table : Tables.ALL) {
        descriptors.add(
            new ColumnFamilyDescriptor(
                table.name().getBytes(StandardCharsets.UTF_8), settings.family()));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB rocks = RocksDB.open(settings.database(), directory.toString(), descriptors, handles);
      return new MetadataDb(directory, settings, rocks, handles).withStoredState();
    } catch (RocksDBException e) {
      settings.close();
      throw new StoreException(cannotOpen(directory, e), e);
    } catch (IOException e) {
      settings.close();
      throw new StoreException(cannotOpen(directory, e), e);
    }
  }

  private static String cannotOpen(Path directory, Exception e) {
    return "metadata store " + directory + ": cannot open: " + e.getMessage();
  }

  /** Where the store's files are. */
  public Path directory() {
    return directory;
  }

  /** Of the last entry that was written. */
  public LogPosition position() {
    return state.position();
  }

  /** How many commands were applied. */
  public long revision() {
    return state.revision();
  }

  /**
   * A view of the present state; later writes do not show in it.
   *
   * @throws IllegalStateException when the store is closed
   */
  public ReadView read() {
    openViews.updateAndGet(count -> {
      if (count == CLOSED) {
        throw new IllegalStateException("metadata store " + directory + " is closed");
      }
      return count + 1;
    });
    return new ReadView(this, rocks);
  }

  /**
   * Begins the writes of an entry.
   *
   * @throws IllegalStateException when the entry does not come after the last one written
   */
  public WriteSet write(LogPosition position) {
    checkFollows(position);
    return new WriteSet(this, position, read());
  }

  /**
   * Writes the position of an entry that carries no command. Nothing happens when it is the present
   * position.
   *
   * @throws IllegalStateException when the entry comes before the last one written
   */
  public void recordPosition(LogPosition position) {
    if (position.equals(position())) {
      return;
    }
    try (WriteSet writes = write(position)) {
      writes.commit();
    }
  }

  /**
   * Makes a copy of the present state, flushed to disk, in a directory that must not exist yet.
   * Files that do not change any more are shared with it by hard links.
   */
  public void checkpoint(Path target) {
    try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw failure("make the checkpoint " + target, e);
    }
  }

  /**
   * Closes the store.
   *
   * @throws IllegalStateException when a view is still open: RocksDB would crash the process
   */
  @Override
  public void close() {
    if (openViews.get() == CLOSED) {
      return;
    }
    if (!openViews.compareAndSet(0, CLOSED)) {
      throw new IllegalStateException(
          "metadata store " + directory + " has " + openViews.get() + " open views");
    }
    families.values().forEach(ColumnFamilyHandle::close);
    defaultFamily.close();
    rocks.close();
    writeOptions.close();
    settings.close();
  }

  private MetadataDb withStoredState() {
    try (ReadView view = read()) {
      LogPosition position =
          view.get(Tables.META, Meta.APPLIED_INDEX)
              .map(index -> new LogPosition(view.number(Meta.APPLIED_TERM), index))
              .orElse(LogPosition.NONE);
      state = new State(position, view.revision());
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  ColumnFamilyHandle family(Table<?, ?> table) {
    return families.get(table.name());
  }

  void viewClosed() {
    openViews.decrementAndGet();
  }

  void write(WriteBatch batch, LogPosition position, long revision) throws RocksDBException {
    checkFollows(position);
    rocks.write(writeOptions, batch);
    state = new State(position, revision);
  }

  StoreException failure(String tried, RocksDBException cause) {
    return new StoreException(
        "metadata store " + directory + ": cannot " + tried + ": " + cause.getMessage(), cause);
  }

  private void checkFollows(LogPosition position) {
    if (position.compareTo(position()) <= 0) {
      throw new IllegalStateException(
          "metadata store "
              + directory
              + " stands at entry "
              + position()
              + ": entry "
              + position
              + " does not come after it");
    }
  }
}

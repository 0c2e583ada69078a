package dev.meridian.controlplane.disk;

import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that this server reads and writes, which a received snapshot replaces as a whole.
 *
 * <pre>
 * store/
 *   CURRENT             names the directory below that counts; replaced by an atomic rename
 *   live-none/          of a server that began empty
 *   live-&lt;index&gt;/       of one that began with the snapshot at this entry of the Raft log
 * </pre>
 *
 * Readers are counted: a database that was replaced closes after its last reader, since closing
 * RocksDB under a reader crashes the process. {@link #query} and {@link #acquire} may be called by
 * any thread; {@link #open} and {@link #install} by one at a time.
 */
public final class LiveDatabase implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveDatabase.class);
  private static final String PREFIX = "live-";
  private static final String EMPTY = PREFIX + "none";

  /** No reader takes so long. */
  private static final Duration READERS = Duration.ofMinutes(1);

  private final Path root;
  private final Halt halt;
  private CountedDatabase current;
  private volatile CountedDatabase closing;

  /**
   * @param halt told when a read finds the files damaged: what else they hold is not to be trusted
   */
  public LiveDatabase(Path root, Halt halt) {
    this.root = root;
    this.halt = halt;
  }

  /** What a query found, and the revision of the state that it saw. */
  public record Answer<T>(T value, long revision) {}

  /** Keeps a database open as long as it is held. */
  public interface Lease extends AutoCloseable {
    MetadataDb db();

    @Override
    void close();
  }

  /** Opens the database that CURRENT names, a new one when there is none, and drops all others. */
  public void open() throws IOException {
    awaitClosed();
    Files.createDirectories(root);
    Path pointer = root.resolve("CURRENT");
    if (!Files.exists(pointer)) {
      for (Path entry : DurableFiles.list(root)) {
        if (entry.getFileName().toString().startsWith(PREFIX)) {
          throw new UnfitDataException(
              "the store "
                  + root
                  + " holds "
                  + entry.getFileName()
                  + " but no CURRENT, which says"
                  + " whether it counts: restore that file, or "
                  + Remedy.startAnew(root.getParent()));
        }
      }
      Files.createDirectories(root.resolve(EMPTY));
      DurableFiles.write(pointer, EMPTY);
    }
    String name = Files.readString(pointer).strip();
    for (Path entry : DurableFiles.list(root)) {
      if (entry.getFileName().toString().startsWith(PREFIX) && !entry.endsWith(name)) {
        DurableFiles.delete(entry);
      }
    }
    swap(new CountedDatabase(root.resolve(name)));
  }

  /** RocksDB opens a directory once, and a reader may still hold what was closed a moment ago. */
  private void awaitClosed() throws IOException {
    try {
      if (closing != null && !closing.closed.await(READERS.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the store " + root + " is still read " + READERS + " after its end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the last reader of " + root);
    }
  }

  /** The entry of the Raft log whose snapshot the present database began with; -1 if none. */
  public long base() {
    String name = name();
    return name.equals(EMPTY) ? -1 : Long.parseLong(name.substring(PREFIX.length()));
  }

  /**
   * Makes a copy of a checkpoint the live database; the checkpoint itself stays as it is. When this
   * returns, the copy is on disk and counts; after a crash before that, the old one does, also
   * after a failure.
   *
   * @throws StoreException when the copy cannot be opened
   */
  public void install(Path checkpoint, long index) throws IOException {
    Path target = directory(root, index);
    if (target.endsWith(name())) {
      throw new IllegalStateException(
          "the snapshot " + checkpoint + " is already the live database " + target);
    }
    DurableFiles.delete(target);
    Files.createDirectories(target);
    for (Path file : DurableFiles.list(checkpoint)) {
      Path copy = target.resolve(file.getFileName());
      if (isDigest(file)) {
        continue;
      }
      // RocksDB never changes a table file, so both directories may share it.
      if (file.getFileName().toString().endsWith(".sst")) {
        Files.createLink(copy, file);
      } else {
        Files.copy(file, copy);
      }
    }
    DurableFiles.syncAll(target);
    CountedDatabase next = new CountedDatabase(target);
    try {
      appoint(root, index);
    } catch (IOException e) {
      next.close();
      throw e;
    }
    swap(next);
  }

  /** Where the files are of a database that begins with the snapshot at an entry of the log. */
  public static Path directory(Path root, long index) {
    return root.resolve(PREFIX + index);
  }

  /** Makes those files, which must be on disk, count from the next {@link #open} on. */
  public static void appoint(Path root, long index) throws IOException {
    DurableFiles.write(root.resolve("CURRENT"), PREFIX + index);
  }

  /** Whether it is a digest that Ratis left beside a received file. */
  public static boolean isDigest(Path file) {
    return file.getFileName().toString().endsWith(".md5");
  }

  private void swap(CountedDatabase next) {
    CountedDatabase previous;
    synchronized (this) {
      previous = current;
      current = next;
    }
    if (previous != null) {
      previous.retire();
    }
  }

  private synchronized String name() {
    return open("name").directory.getFileName().toString();
  }

  /** The database, for the one thread that writes and also replaces it. */
  public synchronized MetadataDb writable() {
    return open("write").db;
  }

  /**
   * Keeps the present database open until the lease is closed.
   *
   * @throws UnavailableException when the store is closed
   */
  public Lease acquire() {
    CountedDatabase database;
    synchronized (this) {
      database = open("read");
      database.enter();
    }
    return new Lease() {
      private boolean held = true;

      @Override
      public MetadataDb db() {
        return database.db;
      }

      @Override
      public synchronized void close() {
        if (held) {
          held = false;
          database.leave();
        }
      }
    };
  }

  /**
   * Asks one state, the present one.
   *
   * @throws UnavailableException when the store is closed
   */
  public <T> Answer<T> query(Function<Queries, T> query) {
    try (Lease lease = acquire();
        ReadView view = lease.db().read()) {
      return new Answer<>(query.apply(new Queries(view)), view.revision());
    } catch (StoreException e) {
      if (e.isDamaged()) {
        halt.halt("cannot read " + root + ", " + Remedy.after(e, root.getParent()), e);
      }
      throw e;
    }
  }

  private CountedDatabase open(String purpose) {
    if (current == null) {
      throw new UnavailableException("the store " + root + " is not open: cannot " + purpose);
    }
    return current;
  }

  /** Whether it can be read. */
  public synchronized boolean isOpen() {
    return current != null;
  }

  /** No further reader is let in; the database closes after those that are. */
  @Override
  public void close() {
    CountedDatabase last;
    synchronized (this) {
      last = current;
      current = null;
    }
    if (last != null) {
      closing = last;
      last.close();
    }
  }

  /** A database with the number of those who use it, its owner included. */
  private static final class CountedDatabase {
    private final Path directory;
    private final MetadataDb db;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int users = 1;
    private boolean retired;

    CountedDatabase(Path directory) {
      this.directory = directory;
      this.db = MetadataDb.open(directory);
    }

    synchronized void enter() {
      users++;
    }

    void leave() {
      synchronized (this) {
        users--;
        if (users > 0) {
          return;
        }
      }
      db.close();
      closed.countDown();
      log.debug("closed {}", directory);
      if (retired) {
        try {
          DurableFiles.delete(directory);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot remove the replaced store " + directory, e);
        }
      }
    }

    /** It was replaced: its files go after its last reader. */
    void retire() {
      synchronized (this) {
        retired = true;
      }
      leave();
    }

    void close() {
      leave();
    }
  }
}

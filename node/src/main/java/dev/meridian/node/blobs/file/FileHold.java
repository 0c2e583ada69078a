package dev.meridian.node.blobs.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive right to a session's file, among the threads of this process and among processes.
 * It ends with the process, however that ends.
 *
 * <p>The operating system's lock belongs to the process as a whole, and closing <em>any</em>
 * descriptor of the file gives it up; hence {@link #HELD}, which keeps other threads from even
 * opening a file that this process holds, and hence nobody else may open it.
 */
final class FileHold implements AutoCloseable {

  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FileHold(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes hold of the file, which is created when it is not there; empty when somebody else has it.
   */
  static Optional<FileHold> take(Path path) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    boolean taken = false;
    try {
      Optional<FileHold> hold = lock(file);
      taken = hold.isPresent();
      return hold;
    } finally {
      if (!taken) {
        HELD.remove(file);
      }
    }
  }

  private static Optional<FileHold> lock(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // A session that goes on.
    }
    Optional<Object> before = identity(file);
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      // The holder before may have completed or aborted the session between our open and our lock:
      // then the lock is on a file that is no longer this path's.
      locked = lock != null && before.isPresent() && before.equals(identity(file));
      return locked ? Optional.of(new FileHold(file, channel)) : Optional.empty();
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /** Device and inode; empty when there is no such file. */
  private static Optional<Object> identity(Path file) throws IOException {
    try {
      return Optional.of(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  FileChannel channel() {
    return channel;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}

package dev.meridian.controlplane.cli.contexts;

import dev.meridian.controlplane.cli.client.AdminException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Contexts on disk, for their owner only. A change is whole or not made, and none of another
 * process or thread at the same time is lost; who reads sees one or the other state.
 *
 * @param path of the file; one that is not there holds no contexts
 */
public record ContextsFile(Path path) {

  /** Why there may be no file. */
  public static final String MISSING =
      "nothing says where contexts are: expected MERIDIAN_CONTEXTS, XDG_CONFIG_HOME or HOME";

  private static final String VARIABLE = "MERIDIAN_CONTEXTS";
  private static final long LARGEST = 1 << 20;

  /** The lock of a file is the process's: threads need one of their own. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private static final Set<StandardOpenOption> LOCK =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

  public ContextsFile {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * The file that the environment says: {@code MERIDIAN_CONTEXTS}, else {@code
   * meridian/contexts.yaml} where configuration is by the XDG Base Directory Specification. Empty
   * when there is no home.
   */
  public static Optional<ContextsFile> of(Map<String, String> environment) {
    return value(environment, VARIABLE)
        .map(Path::of)
        .or(() -> configuration(environment).map(at -> at.resolve("meridian/contexts.yaml")))
        .map(ContextsFile::new);
  }

  private static Optional<Path> configuration(Map<String, String> environment) {
    return value(environment, "XDG_CONFIG_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute) // "All paths ... must be absolute", others are to be ignored
        .or(() -> value(environment, "HOME").map(home -> Path.of(home, ".config")));
  }

  private static Optional<String> value(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
  }

  /**
   * All that are there.
   *
   * @throws AdminException when the file cannot be read or is not of its form
   */
  Contexts read() {
    try {
      if (Files.size(path) > LARGEST) {
        throw AdminException.failed(path + " is larger than 1 MiB: expected contexts in YAML");
      }
      return ContextsYaml.parse(path, Files.readString(path));
    } catch (NoSuchFileException _) {
      return Contexts.NONE;
    } catch (CharacterCodingException e) {
      throw AdminException.failed(path + " is not text in UTF-8: expected contexts in YAML", e);
    } catch (IOException e) {
      throw AdminException.failed("cannot read " + path + ": " + reason(e), e);
    }
  }

  /**
   * Changes them; what they were and are.
   *
   * @throws AdminException when the file cannot be read or written: it is as it was
   * @throws IllegalArgumentException as the change throws it: the file is as it was
   */
  Change change(UnaryOperator<Contexts> change) {
    if (Files.isDirectory(path)) {
      throw AdminException.failed(path + " is a directory: expected the name of a file");
    }
    THREADS.lock();
    try {
      Files.createDirectories(path.getParent(), only("rwx------"));
      Path lock = path.resolveSibling("." + path.getFileName() + ".lock");
      // It stays: without it a third process could lock another file than a second one that waits.
      try (FileChannel channel = FileChannel.open(lock, LOCK, only("rw-------"));
          FileLock _ = channel.lock()) {
        Contexts before = read();
        Contexts after = change.apply(before);
        if (!after.equals(before)) {
          write(ContextsYaml.print(after));
        }
        return new Change(before, after);
      }
    } catch (IOException e) {
      throw AdminException.failed("cannot write " + path + ": " + reason(e), e);
    } finally {
      THREADS.unlock();
    }
  }

  /** What contexts were, and what they are. */
  record Change(Contexts before, Contexts after) {}

  private void write(String yaml) throws IOException {
    // A link that somebody made, to keep the file elsewhere, stays one.
    Path target = Files.exists(path) ? path.toRealPath() : path;
    Path partial = Files.createTempFile(target.getParent(), ".contexts.", ".partial");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(yaml);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> only(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  /** The message of an exception of a file is its name only, when the system gives no reason. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException named && named.getReason() == null
        ? e.toString()
        : e.getMessage();
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return path.toString();
  }
}

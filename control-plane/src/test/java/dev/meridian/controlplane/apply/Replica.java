package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.StoreDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A store that follows a log while its server crashes and receives snapshots. */
final class Replica implements AutoCloseable {

  private final Path root;
  private AppliedStore store;
  private int lives;

  Replica(Path root) {
    this.root = root;
    this.store = new AppliedStore(nextDirectory(), RecordedLog.APPLIER);
  }

  /** Applies an entry, unless the store has it already. */
  void follow(RecordedLog.Applied applied) {
    if (applied.position().compareTo(store.db().position()) > 0) {
      assertThat(RecordedLog.APPLIER.apply(store.db(), applied.position(), applied.entry()))
          .isEqualTo(applied.outcomes());
    }
  }

  /**
   * Goes on with what a crash at this moment leaves: RocksDB's files without a close. Nothing that
   * was written is lost, since the operating system has it.
   */
  void crash() throws IOException {
    Path left = nextDirectory();
    eventually("a copy of one moment", () -> isCopied(store.db().directory(), left));
    LogPosition position = store.db().position();
    long checksum = StoreDump.checksum(store.db());
    goOnIn(left);
    assertThat(store.db().position()).isEqualTo(position);
    assertThat(StoreDump.checksum(store.db())).isEqualTo(checksum);
  }

  /** Puts a snapshot of another store in the place of this one. */
  void install(RecordedLog.Snapshot snapshot) throws IOException {
    Path installed = nextDirectory();
    copy(snapshot.directory(), installed);
    goOnIn(installed);
  }

  void checkInvariants() {
    store.checkInvariants();
  }

  List<String> dump() {
    return StoreDump.of(store.db());
  }

  private void goOnIn(Path directory) throws IOException {
    Path before = store.db().directory();
    store.close();
    delete(before);
    store = new AppliedStore(directory, RecordedLog.APPLIER);
  }

  private Path nextDirectory() {
    return root.resolve("life-" + lives++);
  }

  /** RocksDB works on in the background: a copy is of one moment if no file changed meanwhile. */
  private static boolean isCopied(Path source, Path copy) throws IOException {
    Map<String, Long> before = sizes(source);
    delete(copy);
    copy(source, copy);
    return sizes(source).equals(before) && sizes(copy).equals(before);
  }

  /** Table files never change, so both directories may share them. */
  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target);
    for (Path file : files(source)) {
      Path copy = target.resolve(file.getFileName());
      if (file.toString().endsWith(".sst")) {
        Files.createLink(copy, file);
      } else {
        Files.copy(file, copy);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      for (Path file : files(directory)) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
  }

  private static Map<String, Long> sizes(Path directory) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (Path file : files(directory)) {
      sizes.put(file.getFileName().toString(), Files.size(file));
    }
    return sizes;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Override
  public void close() {
    store.close();
  }
}

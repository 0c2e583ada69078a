package dev.meridian.controlplane.disk;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveDatabaseTest {

  @TempDir Path root;
  private final List<String> halts = new CopyOnWriteArrayList<>();
  private final Halt halt = (reason, cause) -> halts.add(reason);
  private Path store;
  private LiveDatabase live;

  @BeforeEach
  void open() throws Exception {
    store = root.resolve("store");
    live = new LiveDatabase(store, halt);
    live.open();
  }

  @AfterEach
  void close() {
    live.close();
  }

  private Path checkpoint(LogPosition position) throws Exception {
    Path directory = root.resolve("checkpoint-" + position.index());
    try (MetadataDb db = MetadataDb.open(root.resolve("source-" + position.index()))) {
      db.recordPosition(position);
      db.checkpoint(directory);
    }
    return directory;
  }

  @Test
  void staysWhatItWasWhenASnapshotCannotBeOpened() throws Exception {
    Path damaged = checkpoint(new LogPosition(3, 70));
    try (Stream<Path> files = Files.list(damaged)) {
      for (Path file : files.filter(f -> f.toString().contains("MANIFEST")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    assertThatThrownBy(() -> live.install(damaged, 70)).isInstanceOf(StoreException.class);
    assertThat(live.writable().position()).isEqualTo(LogPosition.NONE);
    live.close();
    live = new LiveDatabase(store, halt);
    live.open();
    assertThat(live.writable().position()).isEqualTo(LogPosition.NONE);
  }

  @Test
  void aReplacedDatabaseClosesAndGoesAfterItsLastReader() throws Exception {
    Path before = store.resolve("live-none");
    LiveDatabase.Lease first = live.acquire();
    LiveDatabase.Lease second = live.acquire();
    MetadataDb replaced = first.db();
    live.install(checkpoint(new LogPosition(3, 70)), 70);

    assertThat(live.writable().position()).isEqualTo(new LogPosition(3, 70));
    try (ReadView view = replaced.read()) {
      assertThat(view.revision()).isZero();
    }
    first.close();
    first.close();
    try (ReadView view = replaced.read()) {
      assertThat(view.revision()).isZero();
    }
    assertThat(before).exists();
    second.close();
    assertThatThrownBy(replaced::read).isInstanceOf(IllegalStateException.class);
    assertThat(before).doesNotExist();
  }

  @Test
  void closesAfterItsLastReader() {
    LiveDatabase.Lease lease = live.acquire();
    live.close();
    assertThat(live.isOpen()).isFalse();
    assertThatThrownBy(live::acquire).isInstanceOf(UnavailableException.class);
    try (ReadView view = lease.db().read()) {
      assertThat(view.revision()).isZero();
    }
    lease.close();
    assertThatThrownBy(() -> lease.db().read()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void opensAgainAfterItsLastReader() throws Exception {
    LiveDatabase.Lease lease = live.acquire();
    live.close();
    CompletableFuture<Void> opened = new CompletableFuture<>();
    Thread opener =
        Thread.ofPlatform()
            .start(() -> {
              try {
                live.open();
                opened.complete(null);
              } catch (IOException | RuntimeException e) {
                opened.completeExceptionally(e);
              }
            });
    eventually("it waits", () -> opener.getState() == Thread.State.TIMED_WAITING);
    lease.close();
    opened.get(20, TimeUnit.SECONDS);
    assertThat(live.isOpen()).isTrue();
  }

  @Test
  void opensWhatCountsAndDropsWhatACrashLeft() throws Exception {
    live.install(checkpoint(new LogPosition(3, 70)), 70);
    live.close();
    Files.createDirectories(store.resolve("live-99"));

    live = new LiveDatabase(store, halt);
    live.open();
    assertThat(live.base()).isEqualTo(70);
    assertThat(live.writable().position()).isEqualTo(new LogPosition(3, 70));
    assertThat(store.resolve("live-99")).doesNotExist();
    assertThat(store.resolve("live-none")).doesNotExist();
  }

  @Test
  void leavesTheCheckpointAsItWas() throws Exception {
    Path checkpoint = checkpoint(new LogPosition(3, 70));
    live.install(checkpoint, 70);
    live.writable().recordPosition(new LogPosition(3, 71));
    live.close();
    Path copy = root.resolve("copy");
    LiveDatabase again = new LiveDatabase(copy, halt);
    again.open();
    again.install(checkpoint, 70);
    assertThat(again.writable().position()).isEqualTo(new LogPosition(3, 70));
    again.close();
  }

  @Test
  void refusesToGuessWhichDatabaseCounts() throws Exception {
    live.close();
    Files.delete(store.resolve("CURRENT"));
    assertThatThrownBy(() -> new LiveDatabase(store, halt).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CURRENT");
  }
}

package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveDatabaseTest {

  @TempDir Path root;
  private Path store;
  private LiveDatabase live;

  @BeforeEach
  void open() throws Exception {
    store = root.resolve("store");
    live = new LiveDatabase(store);
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
  void opensWhatCountsAndDropsWhatACrashLeft() throws Exception {
    live.install(checkpoint(new LogPosition(3, 70)), 70);
    live.close();
    Files.createDirectories(store.resolve("live-99"));

    live = new LiveDatabase(store);
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
    LiveDatabase again = new LiveDatabase(copy);
    again.open();
    again.install(checkpoint, 70);
    assertThat(again.writable().position()).isEqualTo(new LogPosition(3, 70));
    again.close();
  }

  @Test
  void refusesToGuessWhichDatabaseCounts() throws Exception {
    live.close();
    Files.delete(store.resolve("CURRENT"));
    assertThatThrownBy(() -> new LiveDatabase(store).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CURRENT");
  }
}

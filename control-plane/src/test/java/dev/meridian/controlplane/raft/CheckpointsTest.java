package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

  @TempDir Path root;

  private Checkpoints checkpoints(Instant now) throws Exception {
    Checkpoints checkpoints =
        new Checkpoints(
            root.resolve("checkpoints"),
            root.resolve("incoming"),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            () -> now);
    checkpoints.open();
    return checkpoints;
  }

  private List<String> names() throws Exception {
    try (Stream<Path> entries = Files.list(root.resolve("checkpoints"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNewestIsTheSnapshot() throws Exception {
    Checkpoints checkpoints = checkpoints(Instant.now());
    assertThat(checkpoints.getLatestSnapshot()).isNull();
    try (MetadataDb db = MetadataDb.open(root.resolve("db"))) {
      db.recordPosition(new LogPosition(1, 9));
      checkpoints.take(db);
      db.recordPosition(new LogPosition(2, 10));
      checkpoints.take(db);
    }
    assertThat(checkpoints.getLatestSnapshot().getTermIndex()).isEqualTo(TermIndex.valueOf(2, 10));
    assertThat(checkpoints.getLatestSnapshot().getFiles())
        .isNotEmpty()
        .allMatch(file -> Files.exists(file.getPath()));
    assertThat(checkpoints.due()).isFalse();
    assertThat(checkpoints(Instant.now()).getLatestSnapshot().getIndex()).isEqualTo(10);
  }

  @Test
  void keepsThoseOfTheLastHourAndTheTwoNewest() throws Exception {
    for (int index = 1; index <= 4; index++) {
      Files.createDirectories(root.resolve("checkpoints/cp.1." + index));
    }
    checkpoints(Instant.now().plus(Duration.ofMinutes(59))).dropOld();
    assertThat(names()).hasSize(4);
    checkpoints(Instant.now().plus(Duration.ofMinutes(61))).dropOld();
    assertThat(names()).containsExactly("cp.1.3", "cp.1.4");
  }

  @Test
  void dropsWhatACrashLeftHalfDone() throws Exception {
    Files.createDirectories(root.resolve("checkpoints/cp.1.5.tmp"));
    Files.createDirectories(root.resolve("checkpoints.tmp20261123/cp.1.2"));
    Files.createDirectories(root.resolve("incoming/snapshot-1"));
    checkpoints(Instant.now());
    assertThat(names()).isEmpty();
    assertThat(root.resolve("checkpoints.tmp20261123")).doesNotExist();
    assertThat(root.resolve("incoming")).isEmptyDirectory();
  }
}

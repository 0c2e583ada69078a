package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.ratis.server.raftlog.RaftLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRetentionTest {

  private static final long KEPT = 150;
  private static final long LIMIT = 350;
  private static final OptionalLong ALL_HAVE_IT = OptionalLong.empty();

  @TempDir Path directory;
  private LogRetention retention;

  /** Ten entries and 100 bytes a file, the last one open. */
  @BeforeEach
  void fiveFiles() throws IOException {
    for (int start = 0; start < 40; start += 10) {
      write("log_" + start + "-" + (start + 9), 100);
    }
    write("log_inprogress_40", 100);
    write("raft-meta", 100);
    retention = new LogRetention(directory, KEPT, LIMIT);
    retention.begin(-1);
  }

  private void write(String name, int bytes) throws IOException {
    Files.write(directory.resolve(name), new byte[bytes]);
  }

  @Test
  void keepsAtLeastSoMuchByWholeFiles() throws IOException {
    assertThat(retention.purgeable(45, ALL_HAVE_IT)).isEqualTo(29);
  }

  @Test
  void keepsWhatFollowsTheCheckpoint() throws IOException {
    assertThat(retention.purgeable(25, ALL_HAVE_IT)).isEqualTo(19);
    assertThat(new LogRetention(directory, KEPT, LIMIT).purgeable(5, ALL_HAVE_IT))
        .isEqualTo(RaftLog.INVALID_LOG_INDEX);
  }

  @Test
  void keepsWhatAMemberLacksUpToTheLimit() throws IOException {
    assertThat(retention.purgeable(45, OptionalLong.of(15))).isEqualTo(9);
    assertThat(new LogRetention(directory, KEPT, 250).purgeable(45, OptionalLong.of(-1)))
        .isEqualTo(19);
  }

  @Test
  void goesNeverBack() throws IOException {
    assertThat(retention.purgeable(45, ALL_HAVE_IT)).isEqualTo(29);
    // A new leader does not know yet what the others have.
    assertThat(retention.purgeable(45, OptionalLong.of(15))).isEqualTo(29);
    retention.begin(42);
    assertThat(retention.purgeable(45, ALL_HAVE_IT)).isEqualTo(42);
  }

  @Test
  void measuresWhatFollowsAnEntry() throws IOException {
    assertThat(retention.bytesAfter(-1)).isEqualTo(500);
    assertThat(retention.bytesAfter(25)).isEqualTo(300);
    assertThat(retention.bytesAfter(45)).isEqualTo(100);
  }
}

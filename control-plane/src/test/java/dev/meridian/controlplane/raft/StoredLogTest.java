package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.LogPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredLogTest {

  @TempDir Path directory;

  private StoredLog log(String... files) throws Exception {
    for (String file : files) {
      Files.createFile(directory.resolve(file));
    }
    return StoredLog.read(directory);
  }

  @Test
  void readsWhichEntriesTheFilesHold() throws Exception {
    assertThat(log("raft-meta", "log_40-79", "log_80-99"))
        .isEqualTo(new StoredLog(directory, 40, 99));
  }

  @Test
  void anOpenFileWithoutEntriesIsNone() throws Exception {
    assertThat(log("log_inprogress_0").isEmpty()).isTrue();
  }

  @Test
  void countsTheMembersOfTheCommittedConfiguration() throws Exception {
    assertThat(StoredLog.committedMembers(directory)).isEmpty();
    RaftPeerProto peer = RaftPeerProto.getDefaultInstance();
    LogEntryProto configuration =
        LogEntryProto.newBuilder()
            .setConfigurationEntry(
                RaftConfigurationProto.newBuilder()
                    .addPeers(peer)
                    .addPeers(peer)
                    .addListeners(peer))
            .build();
    Files.write(directory.resolve("raft-meta.conf"), configuration.toByteArray());
    assertThat(StoredLog.committedMembers(directory)).hasValue(3);
  }

  @Test
  void acceptsALogThatGoesOnWhereTheStoreIs() throws Exception {
    StoredLog log = log("log_40-99");
    for (long index : new long[] {39, 40, 70, 99}) {
      assertThatCode(() -> log.verify(new LogPosition(1, index), -1, directory))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void acceptsAnEmptyServerAndOneThatWasJustGivenASnapshot() throws Exception {
    StoredLog empty = log();
    assertThatCode(() -> empty.verify(LogPosition.NONE, -1, directory)).doesNotThrowAnyException();
    assertThatCode(() -> empty.verify(new LogPosition(2, 500), 500, directory))
        .doesNotThrowAnyException();
    StoredLog older = log("log_0-99");
    assertThatCode(() -> older.verify(new LogPosition(2, 500), 500, directory))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAStoreThatIsAheadOfTheLog() throws Exception {
    StoredLog log = log("log_0-99");
    assertThatThrownBy(() -> log.verify(new LogPosition(1, 100), -1, directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the store is at entry 1:100")
        .hasMessageContaining("ends at entry 99")
        .hasMessageContaining("remove " + directory);
  }

  @Test
  void refusesAStoreWithoutALog() throws Exception {
    StoredLog log = log();
    assertThatThrownBy(() -> log.verify(new LogPosition(2, 501), 500, directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is empty");
  }

  @Test
  void refusesALogThatBeginsBeyondTheStore() throws Exception {
    StoredLog log = log("log_40-99");
    assertThatThrownBy(() -> log.verify(new LogPosition(1, 38), -1, directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("begins at entry 40");
  }
}

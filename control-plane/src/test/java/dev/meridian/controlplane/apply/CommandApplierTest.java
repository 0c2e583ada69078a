package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.createRepository;
import static dev.meridian.controlplane.apply.Operations.deleteTag;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandApplierTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void commandsOfAnEntrySeeThoseBeforeThem() {
    List<CommandOutcome> outcomes =
        store.apply(
            List.of(
                store.command(commitBlob("demo", "layer", "us", "0/a")),
                store.command(put(manifest("demo", "m", Operations.blob("layer")).addTags("v1"))),
                store.command(deleteTag("demo", "v1")),
                store.command(deleteTag("demo", "v1"))));
    assertThat(outcomes)
        .extracting(CommandOutcome::hasRejection)
        .containsExactly(false, false, false, true);
    assertThat(outcomes).extracting(CommandOutcome::getRevision).containsExactly(1L, 2L, 3L, 4L);
    assertThat(store.db().revision()).isEqualTo(4);
    assertThat(store.db().position().index()).isZero();
  }

  @Test
  void aCommandThatComesAgainAnswersItsFirstOutcomeAndChangesNothing() {
    Command accepted = store.command(createRepository("demo"));
    Command rejected = store.command(deleteTag("demo", "v1"));
    CommandOutcome first = store.apply(accepted);
    CommandOutcome refused = store.apply(rejected);
    store.accepted(put(manifest("demo", "m").addTags("v1")));
    List<String> before = StoreDump.withoutPosition(store.db());

    assertThat(store.apply(accepted)).isEqualTo(first);
    CommandOutcome again = store.apply(rejected);
    assertThat(again.getRevision()).isEqualTo(refused.getRevision());
    assertThat(again.getRejection().getCode()).isEqualTo(RejectionCode.TAG_UNKNOWN);
    assertThat(StoreDump.withoutPosition(store.db())).isEqualTo(before);
  }

  @Test
  void aCommandThatComesTwiceInOneEntryIsAppliedOnce() {
    Command command = store.command(createRepository("demo"));
    List<CommandOutcome> outcomes = store.apply(List.of(command, command));
    assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
    assertThat(store.db().revision()).isEqualTo(1);
  }

  @Test
  void anUnknownOperationWritesNothingAtAll() {
    List<String> before = StoreDump.of(store.db());
    assertThatThrownBy(() ->
            store.apply(
                List.of(
                    store.command(createRepository("demo")), store.command(Command.newBuilder()))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("newer server");
    assertThat(StoreDump.of(store.db())).isEqualTo(before);
  }
}

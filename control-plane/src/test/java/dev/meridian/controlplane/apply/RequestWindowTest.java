package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.createRepository;
import static dev.meridian.controlplane.apply.Operations.tick;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestWindowTest {

  private static final int SIZE = 20;

  @TempDir Path directory;

  @Test
  void noCommandIsAppliedTwiceHoweverLateItComesAgain() {
    for (int late = 0; late <= 3 * SIZE; late++) {
      try (AppliedStore store = open("late" + late, SIZE)) {
        pass(store, 5);
        Command command = store.command(tick(1));
        CommandOutcome first = store.apply(command);
        pass(store, late);
        long time = store.query(Queries::clusterTimeMillis);
        CommandOutcome again = store.apply(command);
        assertThat(store.query(Queries::clusterTimeMillis)).isEqualTo(time);
        if (late < SIZE) {
          assertThat(again).isEqualTo(first);
        } else {
          assertThat(again.getRejection().getCode()).isEqualTo(RejectionCode.COMMAND_EXPIRED);
        }
      }
    }
  }

  @Test
  void keepsAsManyRowsAsTheWindowHasRevisions() {
    try (AppliedStore store = open("store", SIZE)) {
      pass(store, 3 * SIZE);
      assertThat(rows(store)).isEqualTo(SIZE);
      store.checkInvariants();
    }
  }

  @Test
  void aSmallerWindowIsReachedInTime() {
    try (AppliedStore store = open("store", 3 * SIZE)) {
      pass(store, 3 * SIZE);
    }
    try (AppliedStore store = open("store", SIZE)) {
      pass(store, 1, "first");
      assertThat(rows(store)).isEqualTo(3 * SIZE - 1);
      pass(store, 3 * SIZE, "more");
      assertThat(rows(store)).isEqualTo(SIZE);
    }
  }

  @Test
  void anExpiredCommandIsRememberedAsSuch() {
    try (AppliedStore store = open("store", SIZE)) {
      Command late = store.command(createRepository("late"));
      pass(store, SIZE);
      CommandOutcome outcome = store.apply(late);
      assertThat(outcome.getRejection().getCode()).isEqualTo(RejectionCode.COMMAND_EXPIRED);
      assertThat(store.apply(late).getRevision()).isEqualTo(outcome.getRevision());
    }
  }

  private AppliedStore open(String name, long window) {
    return new AppliedStore(
        directory.resolve(name), new CommandApplier(window, CommandApplier.STEP_ROWS));
  }

  private static void pass(AppliedStore store, int commands) {
    pass(store, commands, "pass");
  }

  private static void pass(AppliedStore store, int commands, String ids) {
    for (int i = 0; i < commands; i++) {
      Command command = store.command(createRepository("demo"));
      store.apply(
          command.toBuilder()
              .setId(ByteString.copyFromUtf8(ids + command.getId().toStringUtf8()))
              .build());
    }
  }

  private static int rows(AppliedStore store) {
    return store.read(
        view -> view.scan(Tables.REQUESTS, Tables.REQUESTS.all(), Integer.MAX_VALUE).size());
  }
}

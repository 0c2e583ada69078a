package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same log gives the same store, however it is replayed. */
class ReplayTest {

  private static final int SHORT = 3_000;
  private static final int LONG = 10_000;
  private static final int CRASHES = 20;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void replaysToTheSameStoreThroughCrashes(long seed) throws IOException {
    RecordedLog log = new RecordedLog(seed, SHORT, directory);
    checkReplays(log, seed, someOf(log, seed));
  }

  @Test
  void replaysToTheSameStoreThroughACrashAfterEveryEntry() throws IOException {
    checkReplays(new RecordedLog(3, SHORT, directory), 3, entry -> true);
  }

  static LongStream manySeeds() {
    return LongStream.range(1_001, 1_050);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("manySeeds")
  void replaysLongLogsThroughCrashes(long seed) throws IOException {
    RecordedLog log = new RecordedLog(seed, LONG, directory);
    checkReplays(log, seed, someOf(log, seed));
  }

  @Tag("full")
  @Test
  void replaysALongLogThroughACrashAfterEveryEntry() throws IOException {
    checkReplays(new RecordedLog(1_000, LONG, directory), 1_000, entry -> true);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void rejectedCommandsWriteNothingButTheirOutcomeAndThatTheyWereRefused(long seed) {
    try (AppliedStore store = new AppliedStore(directory.resolve("store"), RecordedLog.APPLIER)) {
      RandomCommands commands = new RandomCommands(seed, store);
      for (int i = 0; i < 150; i++) {
        for (Command command : commands.entry()) {
          List<String> before = content(store, command);
          if (store.apply(command).hasRejection()) {
            assertThat(content(store, command)).as("%s", command).isEqualTo(before);
          }
        }
      }
    }
  }

  private void checkReplays(RecordedLog log, long seed, IntPredicate crashesAfter)
      throws IOException {
    replayThroughCrashes(log, crashesAfter);
    replayThroughSnapshots(log, seed);
    replaySingly(log);
  }

  private void replayThroughCrashes(RecordedLog log, IntPredicate crashesAfter) throws IOException {
    try (Replica replica = new Replica(directory.resolve("crashing"))) {
      for (int i = 0; i < log.entries().size(); i++) {
        replica.follow(log.entries().get(i));
        if (crashesAfter.test(i)) {
          replica.crash();
        }
      }
      assertThat(replica.dump()).isEqualTo(log.dump());
    }
  }

  /** Falls behind, receives each of the snapshots, and crashes soon after. */
  private void replayThroughSnapshots(RecordedLog log, long seed) throws IOException {
    Random random = new Random(seed);
    try (Replica replica = new Replica(directory.resolve("installing"))) {
      int applied = 0;
      for (RecordedLog.Snapshot snapshot : log.snapshots()) {
        int until = applied + random.nextInt(snapshot.entries() - applied);
        followUntil(replica, log, applied, until);
        replica.install(snapshot);
        applied = Math.min(log.entries().size(), snapshot.entries() + random.nextInt(10));
        followUntil(replica, log, snapshot.entries(), applied);
        replica.crash();
        replica.checkInvariants();
      }
      followUntil(replica, log, applied, log.entries().size());
      assertThat(replica.dump()).isEqualTo(log.dump());
    }
  }

  private static void followUntil(Replica replica, RecordedLog log, int from, int to) {
    log.entries().subList(from, to).forEach(replica::follow);
  }

  /** How commands are put into entries changes nothing. */
  private void replaySingly(RecordedLog log) {
    List<CommandOutcome> outcomes =
        log.entries().stream()
            .flatMap(applied -> applied.outcomes().getOutcomesList().stream())
            .toList();
    try (AppliedStore store = new AppliedStore(directory.resolve("single"), RecordedLog.APPLIER)) {
      List<CommandOutcome> single =
          log.entries().stream()
              .flatMap(applied -> applied.entry().getCommandsList().stream())
              .map(store::apply)
              .toList();
      assertThat(single).isEqualTo(outcomes);
      assertThat(StoreDump.withoutPosition(store.db())).isEqualTo(log.content());
    }
  }

  private static IntPredicate someOf(RecordedLog log, long seed) {
    Random random = new Random(seed);
    Set<Integer> chosen = new HashSet<>();
    while (chosen.size() < CRASHES) {
      chosen.add(random.nextInt(log.entries().size()));
    }
    return chosen::contains;
  }

  private static List<String> content(AppliedStore store, Command command) {
    return StoreDump.of(
        store.db(),
        command.hasAddPlacement()
            ? Set.of(
                Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER, Tables.AUDIT, Tables.DOOMED)
            : Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER, Tables.AUDIT));
  }
}

package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same log gives the same store, however it is replayed. */
class ReplayTest {

  /** So small that rows are trimmed, commands expire, and purges take many. */
  private static final CommandApplier APPLIER = new CommandApplier(250, 10);

  private static final int ENTRIES_BETWEEN_CHECKS = 50;

  private record Applied(LogPosition position, Entry entry, Outcomes outcomes) {}

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void replaysToTheSameStore(long seed) throws IOException {
    checkReplays(seed, 2_000);
  }

  static Stream<Long> manySeeds() {
    return Stream.iterate(1_000L, seed -> seed + 1).limit(50);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("manySeeds")
  void replaysLongLogsToTheSameStore(long seed) throws IOException {
    checkReplays(seed, 10_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void rejectedCommandsWriteNothingButTheirOutcome(long seed) {
    try (AppliedStore store = new AppliedStore(directory.resolve("store"), APPLIER)) {
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

  private void checkReplays(long seed, int count) throws IOException {
    Path copy = directory.resolve("copy");
    Path checkpoint = directory.resolve("checkpoint");
    List<Applied> log;
    List<String> expected;
    try (AppliedStore store = new AppliedStore(directory.resolve("first"), APPLIER)) {
      log = record(seed, count, store, copy, checkpoint);
      expected = StoreDump.of(store.db());
      checkSingly(log, StoreDump.withoutPosition(store.db()));
    }
    assertThat(replay(directory.resolve("second"), log)).isEqualTo(expected);
    assertThat(replay(copy, log)).isEqualTo(expected);
    assertThat(replay(checkpoint, log)).isEqualTo(expected);
  }

  /** On the way the files are copied as they are at one entry, and a checkpoint is made. */
  private static List<Applied> record(
      long seed, int count, AppliedStore store, Path copy, Path checkpoint) throws IOException {
    RandomCommands commands = new RandomCommands(seed, store);
    Random random = new Random(seed);
    int copyAt = count / 4 + random.nextInt(count / 4);
    int checkpointAt = count / 4 + random.nextInt(count / 4);
    List<Applied> log = new ArrayList<>();
    Set<Command.OperationCase> accepted = EnumSet.noneOf(Command.OperationCase.class);
    int applied = 0;
    while (applied < count) {
      List<Command> entry = commands.entry();
      LogPosition position =
          new LogPosition(1 + log.size() / 100, store.db().position().index() + 1);
      Outcomes outcomes = apply(store.db(), position, entry(entry));
      log.add(new Applied(position, entry(entry), outcomes));
      collectAccepted(entry, outcomes, accepted);
      if (log.size() % ENTRIES_BETWEEN_CHECKS == 0) {
        store.checkInvariants();
      }
      if (applied < copyAt && applied + entry.size() >= copyAt) {
        copyFiles(store.db(), copy, position);
      }
      if (applied < checkpointAt && applied + entry.size() >= checkpointAt) {
        store.db().checkpoint(checkpoint);
      }
      applied += entry.size();
    }
    store.checkInvariants();
    Set<Command.OperationCase> all = EnumSet.allOf(Command.OperationCase.class);
    all.remove(Command.OperationCase.OPERATION_NOT_SET);
    assertThat(accepted).isEqualTo(all);
    return log;
  }

  private static void collectAccepted(
      List<Command> entry, Outcomes outcomes, Set<Command.OperationCase> accepted) {
    for (int i = 0; i < entry.size(); i++) {
      if (!outcomes.getOutcomes(i).hasRejection()) {
        accepted.add(entry.get(i).getOperationCase());
      }
    }
  }

  /**
   * What a crash leaves: RocksDB's files without a close. They are copied until none changed
   * meanwhile, since RocksDB works on in the background.
   */
  private static void copyFiles(MetadataDb db, Path copy, LogPosition position) {
    assertThat(db.position()).isEqualTo(position);
    eventually("a copy of one moment", () -> isCopied(db.directory(), copy));
  }

  private static boolean isCopied(Path source, Path copy) throws IOException {
    Files.createDirectories(copy);
    for (Path file : files(copy)) {
      Files.delete(file);
    }
    Map<String, Long> before = sizes(source);
    for (Path file : files(source)) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return sizes(source).equals(before) && sizes(copy).equals(before);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static Map<String, Long> sizes(Path directory) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (Path file : files(directory)) {
      sizes.put(file.getFileName().toString(), Files.size(file));
    }
    return sizes;
  }

  /** Applies what the store in the directory lacks of the log; the dump of the result. */
  private static List<String> replay(Path directory, List<Applied> log) {
    try (MetadataDb db = MetadataDb.open(directory)) {
      LogPosition start = db.position();
      for (Applied applied : log) {
        if (applied.position().compareTo(start) > 0) {
          assertThat(apply(db, applied.position(), applied.entry())).isEqualTo(applied.outcomes());
        }
      }
      return StoreDump.of(db);
    }
  }

  /** How commands are put into entries changes nothing. */
  private void checkSingly(List<Applied> log, List<String> expected) {
    List<CommandOutcome> outcomes =
        log.stream().flatMap(applied -> applied.outcomes().getOutcomesList().stream()).toList();
    try (AppliedStore store = new AppliedStore(directory.resolve("single"), APPLIER)) {
      List<CommandOutcome> single =
          log.stream()
              .flatMap(applied -> applied.entry().getCommandsList().stream())
              .map(store::apply)
              .toList();
      assertThat(single).isEqualTo(outcomes);
      assertThat(StoreDump.withoutPosition(store.db())).isEqualTo(expected);
    }
  }

  private static Outcomes apply(MetadataDb db, LogPosition position, Entry entry) {
    return APPLIER.apply(db, position, entry);
  }

  private static Entry entry(List<Command> commands) {
    return Entry.newBuilder().addAllCommands(commands).build();
  }

  private static List<String> content(AppliedStore store, Command command) {
    return StoreDump.of(
        store.db(),
        command.hasAddPlacement()
            ? Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER, Tables.DOOMED)
            : Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER));
  }
}

package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Random commands and what came of them, as a store recorded it, with snapshots of that store. */
final class RecordedLog {

  /** So small that rows are trimmed, commands expire, and purges take many. */
  static final CommandApplier APPLIER = new CommandApplier(250, 10, 40);

  private static final int SNAPSHOTS = 3;
  private static final int ENTRIES_BETWEEN_CHECKS = 50;

  /** An entry that was applied. */
  record Applied(LogPosition position, Entry entry, Outcomes outcomes) {}

  /** A checkpoint of the store after so many entries. */
  record Snapshot(int entries, Path directory) {}

  private final List<Applied> entries = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final Set<Command.OperationCase> accepted = EnumSet.noneOf(Command.OperationCase.class);
  private final List<String> dump;
  private final List<String> content;

  /** Records at least so many commands. */
  RecordedLog(long seed, int commands, Path directory) {
    Random random = new Random(seed);
    int next = random.nextInt(commands / SNAPSHOTS);
    try (AppliedStore store = new AppliedStore(directory.resolve("recorded"), APPLIER)) {
      RandomCommands source = new RandomCommands(seed, store);
      for (int recorded = 0; recorded < commands; ) {
        recorded += record(store, source.entry());
        if (recorded >= next) {
          snapshots.add(snapshot(store, directory));
          next = recorded + commands / (2 * SNAPSHOTS) + random.nextInt(commands / SNAPSHOTS);
        }
        if (entries.size() % ENTRIES_BETWEEN_CHECKS == 0) {
          store.checkInvariants();
          finish(store, source);
        }
      }
      finish(store, source);
      dump = StoreDump.of(store.db());
      content = StoreDump.withoutPosition(store.db());
    }
    Set<Command.OperationCase> all = EnumSet.allOf(Command.OperationCase.class);
    all.remove(Command.OperationCase.OPERATION_NOT_SET);
    assertThat(accepted).isEqualTo(all);
  }

  List<Applied> entries() {
    return entries;
  }

  List<Snapshot> snapshots() {
    return snapshots;
  }

  /** What the store holds in the end. */
  List<String> dump() {
    return dump;
  }

  /** The same but for the position. */
  List<String> content() {
    return content;
  }

  /** Has done what is under way, so that what holds when nothing is can be checked too. */
  private void finish(AppliedStore store, RandomCommands source) {
    for (Optional<Command> next = source.finish(); next.isPresent(); next = source.finish()) {
      record(store, List.of(next.get()));
    }
    store.checkInvariants();
  }

  private int record(AppliedStore store, List<Command> commands) {
    Entry entry = Entry.newBuilder().addAllCommands(commands).build();
    LogPosition position =
        new LogPosition(1 + entries.size() / 100, store.db().position().index() + 1);
    Outcomes outcomes = APPLIER.apply(store.db(), position, entry);
    entries.add(new Applied(position, entry, outcomes));
    for (int i = 0; i < commands.size(); i++) {
      if (!outcomes.getOutcomes(i).hasRejection()) {
        accepted.add(commands.get(i).getOperationCase());
      }
    }
    return commands.size();
  }

  private Snapshot snapshot(AppliedStore store, Path directory) {
    Path checkpoint = directory.resolve("snapshot-" + entries.size());
    store.db().checkpoint(checkpoint);
    return new Snapshot(entries.size(), checkpoint);
  }
}

package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A store to which commands are applied, each in an entry of its own. */
public final class AppliedStore implements AutoCloseable {

  public static final long LINK_LIFE = 10_000;

  private final MetadataDb db;
  private final CommandApplier applier;
  private long nextId = 1;

  public AppliedStore(Path directory) {
    this(directory, new CommandApplier());
  }

  AppliedStore(Path directory, CommandApplier applier) {
    this.db = MetadataDb.open(directory);
    this.applier = applier;
  }

  public MetadataDb db() {
    return db;
  }

  /** Fills in what the operation leaves out, with an id that was not used before. */
  public Command command(Command.Builder operation) {
    return operation
        .setId(id(nextId++))
        .setPrincipal("alice")
        .setPreparedRevision(db.revision())
        .setWallTimeMs(1_000)
        .setLinkLifeMs(LINK_LIFE)
        .build();
  }

  public static ByteString id(long number) {
    return ByteString.copyFromUtf8("%016d".formatted(number));
  }

  public CommandOutcome apply(Command command) {
    return apply(List.of(command)).getFirst();
  }

  public List<CommandOutcome> apply(List<Command> commands) {
    LogPosition position = new LogPosition(1, db.position().index() + 1);
    return applier
        .apply(db, position, Entry.newBuilder().addAllCommands(commands).build())
        .getOutcomesList();
  }

  /** The revision of the operation, which must be accepted. */
  public long accepted(Command.Builder operation) {
    CommandOutcome outcome = apply(command(operation));
    assertThat(outcome.getRejection()).isEqualTo(CommandRejection.getDefaultInstance());
    return outcome.getRevision();
  }

  /** The rejection of the operation, which must have this code. */
  public CommandRejection rejected(RejectionCode code, Command.Builder operation) {
    CommandOutcome outcome = apply(command(operation));
    assertThat(outcome.getRejection().getCode()).as(outcome.toString()).isEqualTo(code);
    return outcome.getRejection();
  }

  /** Advances cluster time, in as many ticks as it takes. */
  public void passTime(long millis) {
    for (long left = millis; left > 0; left -= ClusterCommands.LARGEST_STEP_MILLIS) {
      accepted(Operations.tick(Math.min(left, ClusterCommands.LARGEST_STEP_MILLIS)));
    }
  }

  /** What a collection would take now. */
  public List<ExpiredLink> expiredLinks() {
    return query(queries -> queries.expiredLinks(10));
  }

  public <T> T query(Function<Queries, T> query) {
    try (ReadView view = db.read()) {
      return query.apply(new Queries(view));
    }
  }

  public <T> T read(Function<ReadView, T> reader) {
    try (ReadView view = db.read()) {
      return reader.apply(view);
    }
  }

  /** Writes past apply, as a restore from a backup does. */
  public void write(Consumer<WriteSet> writes) {
    try (WriteSet rows = db.write(new LogPosition(1, db.position().index() + 1))) {
      writes.accept(rows);
      rows.commit();
    }
  }

  public void checkInvariants() {
    try (ReadView view = db.read()) {
      new StoreInvariants(view).check();
    }
  }

  @Override
  public void close() {
    db.close();
  }
}

package dev.meridian.controlplane.apply.access;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.WriteSet;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AuditRecord;
import java.util.Optional;
import java.util.Set;

/** Who did what, and who was refused: one row a command, the newest ones. */
public final class AuditTrail {

  /** How many rows are kept. */
  public static final long MAX_ROWS = 1_000_000;

  /** More than the one row that a command adds, so that a lower bound is reached in time. */
  private static final int ROWS_DROPPED_PER_COMMAND = 2;

  private static final int LONGEST = 1_000;

  private static final Set<RejectionCode> NOTED_REFUSALS =
      Set.of(RejectionCode.NOT_ALLOWED, RejectionCode.TAG_IMMUTABLE);

  private final CommandContext context;
  private final long maxRows;

  public AuditTrail(CommandContext context, long maxRows) {
    this.context = context;
    this.maxRows = maxRows;
  }

  /**
   * Notes what became of a command that somebody asked for.
   *
   * @param changed whether it changed something
   */
  public void note(Outcome outcome, boolean changed) {
    if (!context.command().hasOrigin()) {
      return;
    }
    Optional<String> refused =
        switch (outcome) {
          case Outcome.Accepted accepted -> Optional.<String>empty();
          case Outcome.Restored restored -> Optional.<String>empty();
          case Outcome.Rejected(Rejection rejection) ->
              Optional.of(rejection)
                  .filter(reason -> NOTED_REFUSALS.contains(reason.code()))
                  .map(Rejection::message);
        };
    boolean noted =
        switch (outcome) {
          case Outcome.Accepted accepted -> changed || context.command().hasNoteEvent();
          case Outcome.Restored restored -> changed;
          case Outcome.Rejected rejected -> refused.isPresent();
        };
    if (noted) {
      AuditedAction.of(context.command()).ifPresent(action -> add(action, refused.orElse("")));
    }
  }

  private void add(AuditedAction action, String refused) {
    context
        .rows()
        .put(
            Tables.AUDIT,
            context.revision(),
            AuditRecord.newBuilder()
                .setTimeMs(context.wallTimeMillis())
                .setPrincipal(context.principal())
                .setRegion(context.command().getOrigin().getRegion())
                .setAddress(context.command().getOrigin().getAddress())
                .setAction(action.name())
                .setRepository(action.repository())
                .setTarget(cut(action.target()))
                .setDetail(cut(action.detail()))
                .setRefused(cut(refused))
                .build());
    WriteSet rows = context.rows();
    rows.put(Tables.META, Meta.AUDIT_ROWS, rows.number(Meta.AUDIT_ROWS) + 1 - drop());
  }

  /** How many of the oldest rows went. */
  private long drop() {
    WriteSet rows = context.rows();
    long surplus = rows.number(Meta.AUDIT_ROWS) + 1 - maxRows;
    if (surplus <= 0) {
      return 0;
    }
    // Behind what was dropped before, which the store would have to pass over.
    var oldest =
        rows.scan(
            Tables.AUDIT,
            Tables.auditAfter(rows.number(Meta.AUDIT_DROPPED)),
            (int) Math.min(surplus, ROWS_DROPPED_PER_COMMAND));
    oldest.stream()
        .map(Row::key)
        .forEach(revision -> {
          rows.delete(Tables.AUDIT, revision);
          rows.put(Tables.META, Meta.AUDIT_DROPPED, revision);
        });
    return oldest.size();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }
}

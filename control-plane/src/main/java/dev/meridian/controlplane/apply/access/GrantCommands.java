package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.proto.log.DeleteGrant;
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.SetGrant;
import dev.meridian.proto.store.GrantRecord;
import java.util.Optional;

/** What subjects are granted and denied. */
public final class GrantCommands {

  private final CommandContext context;
  private final Administrators administrators;

  public GrantCommands(CommandContext context) {
    this.context = context;
    this.administrators = new Administrators(context);
  }

  /** Takes the place of what the subject was granted, or denied, under the pattern. */
  public Outcome set(SetGrant command) {
    GrantKey key = key(command.getGrant());
    Optional<Rejection> unknown = unknown(key.subject());
    if (unknown.isPresent()) {
      return Outcome.rejected(unknown.get());
    }
    if (!context.rows().contains(Tables.GRANTS, key)
        && context
                .rows()
                .scan(Tables.GRANTS, GrantKey.of(key.subject()), Identities.MAX_GRANTS)
                .size()
            >= Identities.MAX_GRANTS) {
      return Accounts.invalid(
          key.subject() + " has " + Identities.MAX_GRANTS + " grants: expected no more",
          key.subject().value());
    }
    return administrators.guard(() -> put(command.getGrant()));
  }

  /** Of a subject that is there, and has room. */
  Outcome put(Grant grant) {
    GrantKey key = key(grant);
    GrantRecord record =
        GrantRecord.newBuilder()
            .addAllActions(grant.getActionsList())
            .addAllRegions(grant.getRegionsList())
            .setTimeMs(context.wallTimeMillis())
            .setBy(context.principal())
            .build();
    boolean ofAll = Administrators.isOfAll(Identities.grant(new Row<>(key, record)));
    if (ofAll
        && !context.rows().contains(Tables.ADMINISTRATORS, key.subject())
        && context
                .rows()
                .scan(
                    Tables.ADMINISTRATORS, Tables.ADMINISTRATORS.all(), Administrators.MAX_SUBJECTS)
                .size()
            >= Administrators.MAX_SUBJECTS) {
      return Accounts.invalid(
          Administrators.MAX_SUBJECTS
              + " accounts and groups are granted admin on *: expected no more, but a group of"
              + " them",
          key.subject().value());
    }
    context.rows().put(Tables.GRANTS, key, record);
    if (ofAll) {
      context.rows().put(Tables.ADMINISTRATORS, key.subject(), Nothing.NOTHING);
    } else {
      forgetAdministrator(key);
    }
    return Outcome.ACCEPTED;
  }

  public Outcome delete(DeleteGrant command) {
    GrantKey key =
        new GrantKey(
            Subject.parse(command.getSubject()),
            RepositoryPattern.parse(command.getPattern()),
            command.getDeny());
    if (!context.rows().contains(Tables.GRANTS, key)) {
      return Outcome.rejected(
          RejectionCode.GRANT_UNKNOWN,
          key.subject()
              + " is "
              + (key.deny() ? "denied" : "granted")
              + " nothing on "
              + key.pattern(),
          key.subject().value());
    }
    return administrators.guard(() -> {
      context.rows().delete(Tables.GRANTS, key);
      forgetAdministrator(key);
      return Outcome.ACCEPTED;
    });
  }

  private void forgetAdministrator(GrantKey key) {
    if (!key.deny() && key.pattern().equals(RepositoryPattern.ALL)) {
      context.rows().delete(Tables.ADMINISTRATORS, key.subject());
    }
  }

  private Optional<Rejection> unknown(Subject subject) {
    if (subject.isBuiltIn()) {
      return Optional.empty();
    }
    if (subject.isGroup()) {
      GroupName group = GroupName.parse(subject.name());
      return context.rows().contains(Tables.GROUPS, group)
          ? Optional.empty()
          : Optional.of(Accounts.unknown(group));
    }
    AccountName account = AccountName.parse(subject.name());
    return context.rows().contains(Tables.ACCOUNTS, account)
        ? Optional.empty()
        : Optional.of(Accounts.unknown(account));
  }

  private static GrantKey key(Grant grant) {
    return new GrantKey(
        Subject.parse(grant.getSubject()),
        RepositoryPattern.parse(grant.getPattern()),
        grant.getDeny());
  }
}

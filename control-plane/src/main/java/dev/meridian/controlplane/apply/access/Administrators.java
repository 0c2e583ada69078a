package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Keys.MemberKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AccountRecord;
import java.util.List;
import java.util.function.Supplier;

/** Keeps a cluster whose logins are required from losing its last administrator. */
final class Administrators {

  /** The most subjects that are granted admin on all repositories. */
  static final int MAX_SUBJECTS = 100;

  private final CommandContext context;
  private final Rows rows;
  private final Identities identities;

  Administrators(CommandContext context) {
    this.context = context;
    this.rows = context.rows();
    this.identities = new Identities(rows);
  }

  /** Makes a change, and takes it back if nobody would be left who may everything. */
  Outcome guard(Supplier<Outcome> change) {
    boolean guarded =
        context.command().getAuthorise() && !Authorisation.isTrusted(context.principal());
    if (!guarded || !isThereOne()) {
      return change.get();
    }
    Outcome outcome = change.get();
    if (isThereOne()) {
      return outcome;
    }
    context.rows().rollBack();
    return Outcome.rejected(
        RejectionCode.ACCESS_INVALID,
        "nobody would be left who administers the cluster: expected another enabled user who is"
            + " granted admin on *, or an operator's certificate");
  }

  private boolean isThereOne() {
    List<Subject> subjects =
        rows.scan(Tables.ADMINISTRATORS, Tables.ADMINISTRATORS.all(), MAX_SUBJECTS).stream()
            .map(Row::key)
            .toList();
    return subjects.stream().anyMatch(this::hasOne);
  }

  /** The two groups that are always there administer nothing: they may be anybody. */
  private boolean hasOne(Subject subject) {
    if (subject.isBuiltIn()) {
      return false;
    }
    return subject.isGroup()
        ? rows
            .scan(
                Tables.GROUP_MEMBERS,
                MemberKey.in(GroupName.parse(subject.name()), ""),
                GroupCommands.MAX_MEMBERS)
            .stream()
            .anyMatch(member -> isOne(member.key().account()))
        : isOne(AccountName.parse(subject.name()));
  }

  private boolean isOne(AccountName name) {
    return !name.isRobot()
        && rows.get(Tables.ACCOUNTS, name)
            .filter(account -> !account.getDisabled())
            .filter(account -> administersEverywhere(name, account))
            .isPresent();
  }

  private boolean administersEverywhere(AccountName name, AccountRecord account) {
    List<Grant> grants = identities.of(name, account).grants();
    return grants.stream().anyMatch(Administrators::isOfAll)
        && grants.stream()
            .noneMatch(grant -> grant.deny() && grant.actions().contains(Action.ADMIN));
  }

  /** Whether a grant makes its subject one of the administrators. */
  static boolean isOfAll(Grant grant) {
    return !grant.deny()
        && grant.pattern().equals(RepositoryPattern.ALL)
        && grant.actions().contains(Action.ADMIN)
        && grant.regions().isEmpty();
  }
}

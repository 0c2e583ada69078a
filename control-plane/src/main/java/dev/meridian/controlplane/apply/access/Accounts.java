package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AccountRecord;
import java.util.Optional;
import java.util.function.BiFunction;

/** Accounts as all commands of access find and change them. */
final class Accounts {

  private final CommandContext context;

  Accounts(CommandContext context) {
    this.context = context;
  }

  Optional<AccountRecord> find(AccountName name) {
    return context.rows().get(Tables.ACCOUNTS, name);
  }

  void put(AccountName name, AccountRecord account) {
    context.rows().put(Tables.ACCOUNTS, name, account);
  }

  /** Rejects when the name is taken. */
  Outcome create(AccountName name, AccountRecord.Builder account) {
    if (find(name).isPresent()) {
      return Outcome.rejected(
          RejectionCode.ACCOUNT_EXISTS, "account " + name + " is there already", name.value());
    }
    put(
        name,
        account
            .setCreatedMs(context.wallTimeMillis())
            .setCreatedBy(context.principal())
            .setCredentialsRevision(context.revision())
            .build());
    return Outcome.ACCEPTED;
  }

  /** Rejects when there is no such account. */
  Outcome on(String text, BiFunction<AccountName, AccountRecord, Outcome> change) {
    AccountName name = AccountName.parse(text);
    return find(name)
        .map(account -> change.apply(name, account))
        .orElseGet(() -> Outcome.rejected(unknown(name)));
  }

  /** Removes all that is about a subject. */
  void dropGrants(Subject subject) {
    context.rows().scan(Tables.GRANTS, GrantKey.of(subject), Identities.MAX_GRANTS).stream()
        .map(Row::key)
        .forEach(grant -> context.rows().delete(Tables.GRANTS, grant));
    context.rows().delete(Tables.ADMINISTRATORS, subject);
  }

  /** No account has this name. */
  static Rejection unknown(AccountName name) {
    return Rejection.of(
        RejectionCode.ACCOUNT_UNKNOWN, "account " + name + " does not exist", name.value());
  }

  /** No group has this name. */
  static Rejection unknown(GroupName name) {
    return Rejection.of(
        RejectionCode.GROUP_UNKNOWN, "group " + name + " does not exist", name.value());
  }

  static Outcome invalid(String message, String subject) {
    return Outcome.rejected(RejectionCode.ACCESS_INVALID, message, subject);
  }
}

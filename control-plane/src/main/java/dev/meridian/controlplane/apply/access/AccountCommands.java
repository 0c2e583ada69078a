package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.ChangePassword;
import dev.meridian.proto.log.CreateUser;
import dev.meridian.proto.log.DeleteAccount;
import dev.meridian.proto.log.DisableAccount;
import dev.meridian.proto.log.FoundAdministrator;
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.NoteUse;
import dev.meridian.proto.store.AccountRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Users, and what users and robots have in common. */
public final class AccountCommands {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** Comes after the names of all robots, and before those of the users that follow them. */
  private static final String BEHIND_ROBOTS = "robot/";

  private final CommandContext context;
  private final Accounts accounts;
  private final Administrators administrators;

  public AccountCommands(CommandContext context) {
    this.context = context;
    this.accounts = new Accounts(context);
    this.administrators = new Administrators(context);
  }

  /** Nothing happens when there is a user. */
  public Outcome found(FoundAdministrator command) {
    AccountName name = AccountName.parse(command.getName());
    if (hasUser() || name.isRobot()) {
      return Outcome.ACCEPTED;
    }
    accounts.create(name, AccountRecord.newBuilder().setPasswordHash(command.getPasswordHash()));
    Outcome granted =
        new GrantCommands(context)
            .put(
                Grant.newBuilder()
                    .setSubject(name.value())
                    .setPattern(RepositoryPattern.ALL.value())
                    .addActions(Action.ADMIN.toString())
                    .build());
    if (granted instanceof Outcome.Rejected) {
      context.rows().rollBack();
    }
    return granted;
  }

  /** A robot's name is refused: its accounts have no passwords. */
  public Outcome createUser(CreateUser command) {
    AccountName name = AccountName.parse(command.getName());
    if (name.isRobot()) {
      return Accounts.invalid(
          "user name " + name + " begins with robot.: expected one that is not a robot's",
          name.value());
    }
    return accounts.create(
        name, AccountRecord.newBuilder().setPasswordHash(command.getPasswordHash()));
  }

  public Outcome changePassword(ChangePassword command) {
    return accounts.on(
        command.getName(),
        (name, account) -> {
          if (name.isRobot()) {
            return Accounts.invalid(
                "robot " + name + " has no password: expected a user, or another secret",
                name.value());
          }
          accounts.put(
              name,
              account.toBuilder()
                  .setPasswordHash(command.getPasswordHash())
                  .setCredentialsRevision(context.revision())
                  .build());
          return Outcome.ACCEPTED;
        });
  }

  public Outcome disable(DisableAccount command) {
    return accounts.on(
        command.getName(),
        (name, account) ->
            administrators.guard(() -> {
              if (account.getDisabled() != command.getDisabled()) {
                accounts.put(name, account.toBuilder().setDisabled(command.getDisabled()).build());
              }
              return Outcome.ACCEPTED;
            }));
  }

  public Outcome delete(DeleteAccount command) {
    return accounts.on(
        command.getName(),
        (name, account) ->
            administrators.guard(() -> {
              GroupCommands groups = new GroupCommands(context);
              account
                  .getGroupsList()
                  .forEach(group -> groups.removeMember(GroupName.parse(group), name));
              accounts.dropGrants(Subject.of(name));
              context.rows().delete(Tables.ACCOUNTS, name);
              return Outcome.ACCEPTED;
            }));
  }

  /** Noted to the hour, so that it is written seldom. */
  public Outcome noteUse(NoteUse command) {
    return accounts.on(
        command.getName(),
        (name, account) -> {
          long hour = context.wallTimeMillis() - Math.floorMod(context.wallTimeMillis(), HOUR);
          if (hour > account.getLastUsedMs()) {
            accounts.put(name, account.toBuilder().setLastUsedMs(hour).build());
          }
          return Outcome.ACCEPTED;
        });
  }

  private boolean hasUser() {
    return Stream.of("", BEHIND_ROBOTS)
        .map(last -> context.rows().scan(Tables.ACCOUNTS, Tables.accountsAfter(last), 1))
        .flatMap(List::stream)
        .map(Row::key)
        .anyMatch(name -> !name.isRobot());
  }
}

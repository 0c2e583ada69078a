package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Keys.MemberKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.proto.log.ChangeMembership;
import dev.meridian.proto.log.CreateGroup;
import dev.meridian.proto.log.DeleteGroup;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.GroupRecord;
import java.util.Optional;
import java.util.TreeSet;

/** Groups and who is in them: written on both sides. */
public final class GroupCommands {

  /** The most members of a group. */
  static final int MAX_MEMBERS = 1_000;

  /** The most groups of an account. */
  static final int MAX_GROUPS = 100;

  private final CommandContext context;
  private final Accounts accounts;
  private final Administrators administrators;

  public GroupCommands(CommandContext context) {
    this.context = context;
    this.accounts = new Accounts(context);
    this.administrators = new Administrators(context);
  }

  public Outcome create(CreateGroup command) {
    GroupName name = GroupName.parse(command.getName());
    if (Subject.of(name).isBuiltIn()) {
      return Accounts.invalid(
          "group " + name + " is always there: expected another name", name.value());
    }
    if (context.rows().contains(Tables.GROUPS, name)) {
      return Outcome.rejected(
          RejectionCode.GROUP_EXISTS, "group " + name + " is there already", name.value());
    }
    context
        .rows()
        .put(
            Tables.GROUPS,
            name,
            GroupRecord.newBuilder()
                .setCreatedMs(context.wallTimeMillis())
                .setCreatedBy(context.principal())
                .build());
    return Outcome.ACCEPTED;
  }

  public Outcome delete(DeleteGroup command) {
    GroupName name = GroupName.parse(command.getName());
    if (!context.rows().contains(Tables.GROUPS, name)) {
      return Outcome.rejected(Accounts.unknown(name));
    }
    return administrators.guard(() -> {
      context.rows().scan(Tables.GROUP_MEMBERS, MemberKey.in(name, ""), MAX_MEMBERS).stream()
          .map(Row::key)
          .map(MemberKey::account)
          .forEach(member -> removeMember(name, member));
      accounts.dropGrants(Subject.of(name));
      context.rows().delete(Tables.GROUPS, name);
      return Outcome.ACCEPTED;
    });
  }

  /** Nothing happens when it is so already. */
  public Outcome change(ChangeMembership command) {
    GroupName group = GroupName.parse(command.getGroup());
    Optional<GroupRecord> record = context.rows().get(Tables.GROUPS, group);
    if (record.isEmpty()) {
      return Outcome.rejected(Accounts.unknown(group));
    }
    return accounts.on(
        command.getAccount(),
        (name, account) -> {
          if (account.getGroupsList().contains(group.value()) == command.getMember()) {
            return Outcome.ACCEPTED;
          }
          return administrators.guard(() -> {
            if (command.getMember()) {
              return add(group, record.get(), name, account);
            }
            removeMember(group, name);
            return Outcome.ACCEPTED;
          });
        });
  }

  private Outcome add(
      GroupName group, GroupRecord record, AccountName name, AccountRecord account) {
    if (record.getMembers() >= MAX_MEMBERS) {
      return Accounts.invalid(
          "group " + group + " has " + MAX_MEMBERS + " members: expected no more", group.value());
    }
    if (account.getGroupsCount() >= MAX_GROUPS) {
      return Accounts.invalid(
          "account " + name + " is in " + MAX_GROUPS + " groups: expected no more", name.value());
    }
    TreeSet<String> groups = new TreeSet<>(account.getGroupsList());
    groups.add(group.value());
    accounts.put(name, account.toBuilder().clearGroups().addAllGroups(groups).build());
    context.rows().put(Tables.GROUP_MEMBERS, new MemberKey(group, name), Nothing.NOTHING);
    count(group, 1);
    return Outcome.ACCEPTED;
  }

  /** Takes out an account that is in the group. */
  void removeMember(GroupName group, AccountName name) {
    AccountRecord account = accounts.find(name).orElseThrow();
    accounts.put(
        name,
        account.toBuilder()
            .clearGroups()
            .addAllGroups(
                account.getGroupsList().stream()
                    .filter(other -> !other.equals(group.value()))
                    .toList())
            .build());
    context.rows().delete(Tables.GROUP_MEMBERS, new MemberKey(group, name));
    count(group, -1);
  }

  private void count(GroupName group, long members) {
    GroupRecord record = context.rows().get(Tables.GROUPS, group).orElseThrow();
    context
        .rows()
        .put(
            Tables.GROUPS,
            group,
            record.toBuilder().setMembers(record.getMembers() + members).build());
  }
}

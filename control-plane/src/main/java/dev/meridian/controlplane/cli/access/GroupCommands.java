package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.controlplane.cli.client.Pages;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.ChangeMembershipRequest;
import dev.meridian.proto.admin.CreateGroupRequest;
import dev.meridian.proto.admin.DeleteGroupRequest;
import dev.meridian.proto.admin.Group;
import dev.meridian.proto.admin.ListGroupsRequest;
import dev.meridian.proto.admin.ListMembersRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Accounts that are granted something together. */
@Command(
    name = "group",
    description =
        "Accounts that are granted something together: list, show, create, delete, add, remove.")
public final class GroupCommands {

  private final Invocation invocation;
  private final AccessCalls calls;

  public GroupCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(
      name = "list",
      description =
          "Lists groups. Two more are always there: anyone, and authenticated, who has logged in.")
  void list() {
    Pages<Group> pages =
        new Pages<>(
            Long.MAX_VALUE,
            (last, most) -> {
              var request =
                  ListGroupsRequest.newBuilder()
                      .setLast(last.map(Group::getName).orElse(""))
                      .setLimit(most)
                      .build();
              var reply = calls.query(stub -> stub.listGroups(request));
              return new Pages.Page<>(reply.getGroupsList(), reply.getMore());
            });
    invocation.printer().list("groups", pages.map(Descriptions::group));
  }

  @Command(name = "show", description = "Says who is in a group.")
  void show(@Parameters(paramLabel = "GROUP") GroupName group) {
    Pages<String> pages =
        new Pages<>(
            Long.MAX_VALUE,
            (last, most) -> {
              var request =
                  ListMembersRequest.newBuilder()
                      .setGroup(group.value())
                      .setLast(last.orElse(""))
                      .setLimit(most)
                      .build();
              var reply = calls.query(stub -> stub.listMembers(request));
              return new Pages.Page<>(reply.getAccountsList(), reply.getMore());
            });
    List<String> members = new ArrayList<>();
    pages.forEachRemaining(members::addAll);
    invocation
        .printer()
        .item(Item.of(text("name", group.value()), texts("members", members, "none")));
  }

  @Command(name = "create", description = "Creates a group without members.")
  void create(@Parameters(paramLabel = "GROUP") GroupName group) {
    var request = CreateGroupRequest.newBuilder().setName(group.value());
    long revision =
        calls.change(
            "see `meridianctl group list`",
            (stub, id) -> stub.createGroup(request.setCommandId(id).build()).getRevision());
    done("group " + group + " is created", group, revision);
  }

  @Command(name = "delete", description = "Deletes a group with its grants; its members stay.")
  void delete(
      @Parameters(paramLabel = "GROUP") GroupName group,
      @Option(names = "--yes", description = "Does not ask.") boolean yes) {
    invocation.confirm(yes, "Delete group " + group + " with its grants?");
    var request = DeleteGroupRequest.newBuilder().setName(group.value());
    long revision =
        calls.change(
            "see `meridianctl group list`",
            (stub, id) -> stub.deleteGroup(request.setCommandId(id).build()).getRevision());
    done("group " + group + " is deleted", group, revision);
  }

  @Command(name = "add", description = "Puts a user or robot into a group.")
  void add(
      @Parameters(paramLabel = "GROUP") GroupName group,
      @Parameters(paramLabel = "NAME") AccountName account) {
    done(account + " is in group " + group, group, change(group, account, true));
  }

  @Command(name = "remove", description = "Takes a user or robot out of a group.")
  void remove(
      @Parameters(paramLabel = "GROUP") GroupName group,
      @Parameters(paramLabel = "NAME") AccountName account) {
    done(account + " is not in group " + group, group, change(group, account, false));
  }

  private long change(GroupName group, AccountName account, boolean member) {
    var request =
        ChangeMembershipRequest.newBuilder()
            .setGroup(group.value())
            .setAccount(account.value())
            .setMember(member);
    return calls.change(
        (stub, id) -> stub.changeMembership(request.setCommandId(id).build()).getRevision());
  }

  private void done(String sentence, GroupName group, long revision) {
    invocation
        .printer()
        .done(sentence, Item.of(text("name", group.value()), count("revision", revision)));
  }
}

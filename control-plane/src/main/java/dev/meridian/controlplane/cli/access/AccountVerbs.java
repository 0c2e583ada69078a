package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.Pages;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.Account;
import dev.meridian.proto.admin.DeleteAccountRequest;
import dev.meridian.proto.admin.DisableAccountRequest;
import dev.meridian.proto.admin.GetAccountRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAccountsRequest;
import dev.meridian.proto.admin.ListAccountsRequest.Kind;
import dev.meridian.proto.admin.ListGrantsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What is done to users and robots alike. */
final class AccountVerbs {

  private final Invocation invocation;
  private final AccessCalls calls;

  AccountVerbs(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  void list(String plural, Kind kind, Function<Account, Item> view) {
    Pages<Account> pages =
        new Pages<>(
            Long.MAX_VALUE,
            (last, most) -> {
              var request =
                  ListAccountsRequest.newBuilder()
                      .setKind(kind)
                      .setLast(last.map(Account::getName).orElse(""))
                      .setLimit(most)
                      .build();
              var reply = calls.query(stub -> stub.listAccounts(request));
              return new Pages.Page<>(reply.getAccountsList(), reply.getMore());
            });
    invocation.printer().list(plural, pages.map(view));
  }

  /** With what is granted to it by its own name. */
  void show(AccountName name, Function<Account, Item> view) {
    var request = GetAccountRequest.newBuilder().setName(name.value()).build();
    Account account = calls.query(stub -> stub.getAccount(request).getAccount());
    var grants = ListGrantsRequest.newBuilder().setSubject(name.value()).build();
    List<Grant> own = calls.query(stub -> stub.listGrants(grants).getGrantsList());
    List<Field> fields = new ArrayList<>(view.apply(account).fields());
    fields.add(items("grants", own.stream().map(Descriptions::grant).toList()));
    invocation.printer().item(new Item(fields));
  }

  void disable(AccountName name, boolean disabled) {
    var request = DisableAccountRequest.newBuilder().setName(name.value()).setDisabled(disabled);
    long revision =
        calls.change(
            (stub, id) -> stub.disableAccount(request.setCommandId(id).build()).getRevision());
    done(kind(name) + name + (disabled ? " is disabled" : " is enabled"), name, revision);
  }

  void delete(AccountName name, boolean yes) {
    invocation.confirm(yes, "Delete " + kind(name) + name + " with its grants?");
    var request = DeleteAccountRequest.newBuilder().setName(name.value());
    long revision =
        calls.change(
            "see whether it is still listed",
            (stub, id) -> stub.deleteAccount(request.setCommandId(id).build()).getRevision());
    done(kind(name) + name + " is deleted", name, revision);
  }

  void done(String sentence, AccountName name, long revision) {
    invocation
        .printer()
        .done(sentence, Item.of(text("name", name.value()), count("revision", revision)));
  }

  private static String kind(AccountName name) {
    return name.isRobot() ? "robot " : "user ";
  }
}

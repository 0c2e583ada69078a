package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.ChangePasswordRequest;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.ListAccountsRequest.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** People who log in. */
@Command(
    name = "user",
    description = "People who log in: list, show, create, passwd, disable, enable, delete, import.")
public final class UserCommands {

  private final Invocation invocation;
  private final AccessCalls calls;
  private final AccountVerbs accounts;

  public UserCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
    this.accounts = new AccountVerbs(invocation);
  }

  @Command(name = "list", description = "Lists users.")
  void list() {
    accounts.list("users", Kind.USER, Descriptions::user);
  }

  @Command(name = "show", description = "Describes a user.")
  void show(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.show(name, Descriptions::user);
  }

  @Command(
      name = "create",
      description =
          "Creates a user, who may nothing before it is granted. The password, 12 to 72 bytes, is"
              + " asked for, or see --password-stdin; it is never an argument.")
  void create(@Parameters(paramLabel = "NAME") AccountName name) {
    String password = invocation.newPassword(name.value());
    var request = CreateUserRequest.newBuilder().setName(name.value()).setPassword(password);
    long revision =
        calls.change(
            "see `meridianctl user list`",
            (stub, id) -> stub.createUser(request.setCommandId(id).build()).getRevision());
    accounts.done("user " + name + " is created", name, revision);
  }

  @Command(
      name = "passwd",
      description = "Gives a user, or yourself, another password, which is asked for.")
  void passwd(@Parameters(paramLabel = "NAME") AccountName name) {
    String password = invocation.newPassword(name.value());
    var request = ChangePasswordRequest.newBuilder().setName(name.value()).setPassword(password);
    long revision =
        calls.change(
            (stub, id) -> stub.changePassword(request.setCommandId(id).build()).getRevision());
    accounts.done("user " + name + " has another password", name, revision);
  }

  @Command(name = "disable", description = "Refuses a user until it is enabled again.")
  void disable(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.disable(name, true);
  }

  @Command(name = "enable", description = "Takes back a disable.")
  void enable(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.disable(name, false);
  }

  @Command(name = "delete", description = "Deletes a user with its memberships and grants.")
  void delete(
      @Parameters(paramLabel = "NAME") AccountName name,
      @Option(names = "--yes", description = "Does not ask.") boolean yes) {
    accounts.delete(name, yes);
  }

  @Command(
      name = "import",
      description =
          "Creates the users of an htpasswd file, with bcrypt hashes only (htpasswd -B). Lines that"
              + " cannot be imported are named, and nothing is done. Users that exist already stay"
              + " as they are; they are named, and the exit code is 1.")
  void importFile(@Parameters(paramLabel = "FILE") Path file) {
    List<HtpasswdFile.Entry> entries = HtpasswdFile.read(file);
    List<String> imported = new ArrayList<>();
    List<String> existing = new ArrayList<>();
    long revision = 0;
    for (HtpasswdFile.Entry entry : entries) {
      try {
        revision = create(entry);
        imported.add(entry.name().value());
      } catch (AdminException e) {
        if (!e.isAlreadyThere()) {
          throw AdminException.failed(
              "user "
                  + entry.name()
                  + ": "
                  + e.getMessage()
                  + " ("
                  + imported.size()
                  + " of "
                  + entries.size()
                  + " users were imported before)",
              e);
        }
        existing.add(entry.name().value());
      }
    }
    invocation
        .printer()
        .done(
            imported.size() + " users are imported" + named(imported),
            Item.of(
                text("file", file.toString()),
                count("users", imported.size()),
                texts("imported", imported, "none"),
                texts("existing", existing, "none"),
                count("revision", revision)));
    if (!existing.isEmpty()) {
      throw AdminException.failed(
          existing.size() + " users exist already, and stay as they are" + named(existing));
    }
  }

  private long create(HtpasswdFile.Entry entry) {
    var request =
        CreateUserRequest.newBuilder()
            .setName(entry.name().value())
            .setPasswordHash(entry.hash().value());
    return calls.change(
        "see `meridianctl user list`",
        (stub, id) -> stub.createUser(request.setCommandId(id).build()).getRevision());
  }

  private static String named(List<String> users) {
    return users.isEmpty() ? "" : ": " + String.join(", ", users);
  }
}

package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.access.Visibility;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.DeleteVisibilityRequest;
import dev.meridian.proto.admin.ListVisibilitiesRequest;
import dev.meridian.proto.admin.SetVisibilityRequest;
import dev.meridian.proto.admin.VisibilityRule;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Who may pull without a grant. */
@Command(name = "visibility", description = "Who may pull without a grant: list, set, delete.")
public final class VisibilityCommands {

  private static final String ALL = "*";
  private static final String PREFIX =
      "A repository, or a path that repositories are under; * for what has no other.";

  private final Invocation invocation;
  private final AccessCalls calls;

  public VisibilityCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(
      name = "list",
      description = "Lists what was set. The longest prefix counts; without any: private.")
  void list() {
    List<VisibilityRule> rules =
        calls.query(stub ->
            stub.listVisibilities(ListVisibilitiesRequest.getDefaultInstance()).getRulesList());
    invocation
        .printer()
        .list(
            "visibilities",
            rules.stream()
                .map(rule ->
                    Item.of(
                        text("prefix", rule.getPrefix().isEmpty() ? ALL : rule.getPrefix()),
                        text("visibility", rule.getVisibility())))
                .toList());
  }

  @Command(
      name = "set",
      description = "public: anybody may pull; internal: who has logged in; private: nobody.",
      footer = {
        "  meridianctl visibility set team/open public",
        "  meridianctl visibility set '*' internal"
      })
  void set(
      @Parameters(paramLabel = "PREFIX", description = PREFIX) String prefix,
      @Parameters(paramLabel = "VISIBILITY", description = "public, internal or private.")
          Visibility visibility) {
    var request =
        SetVisibilityRequest.newBuilder()
            .setRule(
                VisibilityRule.newBuilder()
                    .setPrefix(parse(prefix))
                    .setVisibility(visibility.toString()));
    long revision =
        calls.change(
            (stub, id) -> stub.setVisibility(request.setCommandId(id).build()).getRevision());
    invocation
        .printer()
        .done(
            prefix + " is " + visibility,
            Item.of(
                text("prefix", prefix),
                text("visibility", visibility.toString()),
                count("revision", revision)));
  }

  @Command(name = "delete", description = "The next shorter prefix counts from now on.")
  void delete(@Parameters(paramLabel = "PREFIX", description = PREFIX) String prefix) {
    var request = DeleteVisibilityRequest.newBuilder().setPrefix(parse(prefix));
    long revision =
        calls.change(
            "see `meridianctl visibility list`",
            (stub, id) -> stub.deleteVisibility(request.setCommandId(id).build()).getRevision());
    invocation
        .printer()
        .done(
            "the visibility of " + prefix + " is deleted",
            Item.of(text("prefix", prefix), count("revision", revision)));
  }

  private String parse(String prefix) {
    if (prefix.equals(ALL)) {
      return "";
    }
    try {
      return RepositoryName.parse(prefix).value();
    } catch (IllegalArgumentException e) {
      throw invocation.wrongUsage("PREFIX: " + e.getMessage());
    }
  }
}

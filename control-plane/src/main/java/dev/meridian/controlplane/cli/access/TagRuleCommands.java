package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.TagPattern;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.DeleteTagRuleRequest;
import dev.meridian.proto.admin.ListTagRulesRequest;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.TagRule;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tags that neither move nor go once they are there. */
@Command(name = "tag-rule", description = "Tags that do not move: list, set, delete.")
public final class TagRuleCommands {

  private static final String PATTERN = "A repository, PATH/* for all under a path, or *.";
  private static final String TAGS =
      "A tag in which * stands for any characters; or semver, for full versions such as v1.2.3.";

  private final Invocation invocation;
  private final AccessCalls calls;

  public TagRuleCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(name = "list", description = "Lists the rules; every rule that matches counts.")
  void list() {
    List<TagRule> rules =
        calls.query(
            stub -> stub.listTagRules(ListTagRulesRequest.getDefaultInstance()).getRulesList());
    invocation
        .printer()
        .list(
            "tag_rules",
            rules.stream()
                .map(rule ->
                    Item.of(text("pattern", rule.getPattern()), text("tags", rule.getTags())))
                .toList());
  }

  @Command(
      name = "set",
      description =
          "Keeps tags as they are once they are there, also those that are there now: they are"
              + " neither moved nor deleted, whoever asks.",
      footer = {"  meridianctl tag-rule set 'team/*' semver"})
  void set(
      @Parameters(paramLabel = "PATTERN", description = PATTERN) RepositoryPattern pattern,
      @Parameters(paramLabel = "TAGS", description = TAGS) TagPattern tags) {
    var request = SetTagRuleRequest.newBuilder().setRule(rule(pattern, tags));
    long revision =
        calls.change((stub, id) -> stub.setTagRule(request.setCommandId(id).build()).getRevision());
    done("tags " + tags + " of " + pattern + " do not move", pattern, tags, revision);
  }

  @Command(name = "delete", description = "Lets tags move again.")
  void delete(
      @Parameters(paramLabel = "PATTERN", description = PATTERN) RepositoryPattern pattern,
      @Parameters(paramLabel = "TAGS", description = TAGS) TagPattern tags) {
    var request = DeleteTagRuleRequest.newBuilder().setRule(rule(pattern, tags));
    long revision =
        calls.change(
            "see `meridianctl tag-rule list`",
            (stub, id) -> stub.deleteTagRule(request.setCommandId(id).build()).getRevision());
    done("the rule for tags " + tags + " of " + pattern + " is deleted", pattern, tags, revision);
  }

  private static TagRule rule(RepositoryPattern pattern, TagPattern tags) {
    return TagRule.newBuilder().setPattern(pattern.value()).setTags(tags.value()).build();
  }

  private void done(String sentence, RepositoryPattern pattern, TagPattern tags, long revision) {
    invocation
        .printer()
        .done(
            sentence,
            Item.of(
                text("pattern", pattern.value()),
                text("tags", tags.value()),
                count("revision", revision)));
  }
}

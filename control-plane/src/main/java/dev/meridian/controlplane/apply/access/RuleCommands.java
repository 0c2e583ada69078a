package dev.meridian.controlplane.apply.access;

import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.TagPattern;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Keys.TagRuleKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.DeleteTagRule;
import dev.meridian.proto.log.DeleteVisibility;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.SetTagRule;
import dev.meridian.proto.log.SetVisibility;
import dev.meridian.proto.store.TagRuleRecord;
import dev.meridian.proto.store.VisibilityRecord;

/** What is open to all, and which tags do not move. */
public final class RuleCommands {

  private final CommandContext context;

  public RuleCommands(CommandContext context) {
    this.context = context;
  }

  /** Takes the place of what was set for the prefix. */
  public Outcome setVisibility(SetVisibility command) {
    context
        .rows()
        .put(
            Tables.VISIBILITIES,
            command.getPrefix(),
            VisibilityRecord.newBuilder().setVisibility(command.getVisibilityValue()).build());
    return Outcome.ACCEPTED;
  }

  /** The next shorter prefix counts from now on. */
  public Outcome deleteVisibility(DeleteVisibility command) {
    if (!context.rows().contains(Tables.VISIBILITIES, command.getPrefix())) {
      return Outcome.rejected(
          RejectionCode.RULE_UNKNOWN,
          command.getPrefix().isEmpty()
              ? "no visibility is set for all repositories"
              : "no visibility is set for " + command.getPrefix(),
          command.getPrefix());
    }
    context.rows().delete(Tables.VISIBILITIES, command.getPrefix());
    return Outcome.ACCEPTED;
  }

  /** Holds from now on, also for tags that are there. */
  public Outcome setTagRule(SetTagRule command) {
    TagRuleKey key = key(command.getPattern(), command.getTags());
    if (context.rows().contains(Tables.TAG_RULES, key)) {
      return Outcome.ACCEPTED;
    }
    if (context
            .rows()
            .scan(Tables.TAG_RULES, TagRuleKey.of(key.pattern()), TagRules.MAX_RULES)
            .size()
        >= TagRules.MAX_RULES) {
      return Accounts.invalid(
          "there are "
              + TagRules.MAX_RULES
              + " tag rules for "
              + key.pattern()
              + ": expected no"
              + " more",
          key.pattern().value());
    }
    context
        .rows()
        .put(
            Tables.TAG_RULES,
            key,
            TagRuleRecord.newBuilder()
                .setTimeMs(context.wallTimeMillis())
                .setBy(context.principal())
                .build());
    return Outcome.ACCEPTED;
  }

  public Outcome deleteTagRule(DeleteTagRule command) {
    TagRuleKey key = key(command.getPattern(), command.getTags());
    if (!context.rows().contains(Tables.TAG_RULES, key)) {
      return Outcome.rejected(
          RejectionCode.RULE_UNKNOWN,
          "no rule keeps tags " + key.tags() + " of " + key.pattern(),
          key.pattern().value());
    }
    context.rows().delete(Tables.TAG_RULES, key);
    return Outcome.ACCEPTED;
  }

  private static TagRuleKey key(String pattern, String tags) {
    return new TagRuleKey(RepositoryPattern.parse(pattern), TagPattern.parse(tags));
  }
}

package dev.meridian.controlplane.apply.access;

import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.TagPattern;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Keys.TagRuleKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which tags do not move, and are not deleted, once they are there. */
public final class TagRules {

  /** The most rules of one pattern. */
  static final int MAX_RULES = 100;

  /** So many tags of a repository are looked at when it is to be deleted. */
  static final int MAX_TAGS = 10_000;

  private final Rows rows;

  public TagRules(Rows rows) {
    this.rows = rows;
  }

  /** Why one of these tags, which are all there, may be neither moved nor deleted. */
  public Optional<Rejection> violation(RepositoryName repository, List<TagName> tags) {
    if (tags.isEmpty()) {
      return Optional.empty();
    }
    List<TagRuleKey> rules = of(repository);
    return tags.stream().flatMap(tag -> violation(rules, repository, tag).stream()).findFirst();
  }

  /**
   * Why the repository may not be deleted with all of its tags. One with more tags than can be
   * looked at is kept as long as a rule is about it.
   *
   * @param id of its rows
   */
  public Optional<Rejection> violation(long id, RepositoryName repository) {
    List<TagRuleKey> rules = of(repository);
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    List<TagName> tags =
        rows.scan(Tables.TAGS, TagKey.in(id, ""), MAX_TAGS + 1).stream()
            .map(row -> row.key().tag())
            .toList();
    return tags.stream()
        .flatMap(tag -> violation(rules, repository, tag).stream())
        .findFirst()
        .or(() ->
            tags.size() > MAX_TAGS
                ? Optional.of(
                    Rejection.of(
                        RejectionCode.TAG_IMMUTABLE,
                        "repository "
                            + repository
                            + " has more than "
                            + MAX_TAGS
                            + " tags, and there are rules for immutable tags such as "
                            + rules.getFirst().tags()
                            + " of "
                            + rules.getFirst().pattern()
                            + ": delete the rules or the tags first",
                        repository.value()))
                : Optional.empty());
  }

  private List<TagRuleKey> of(RepositoryName repository) {
    if (!rows.hasAny(Tables.TAG_RULES, Tables.TAG_RULES.all())) {
      return List.of();
    }
    List<TagRuleKey> rules = new ArrayList<>();
    for (RepositoryPattern pattern : Patterns.matching(repository)) {
      rows.scan(Tables.TAG_RULES, TagRuleKey.of(pattern), MAX_RULES).stream()
          .map(Row::key)
          .forEach(rules::add);
    }
    return rules;
  }

  private static Optional<Rejection> violation(
      List<TagRuleKey> rules, RepositoryName repository, TagName tag) {
    return rules.stream()
        .filter(rule -> rule.tags().matches(tag))
        .findFirst()
        .map(rule ->
            Rejection.of(
                RejectionCode.TAG_IMMUTABLE,
                "tag "
                    + tag
                    + " of repository "
                    + repository
                    + " is immutable: a rule keeps "
                    + describe(rule.tags())
                    + " of "
                    + rule.pattern(),
                tag.value()));
  }

  private static String describe(TagPattern tags) {
    return tags.equals(TagPattern.SEMVER) ? "full versions (semver)" : "tags " + tags;
  }
}

package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.DeleteTag;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagHistoryRecord.Action;
import dev.meridian.proto.store.TagRecord;
import java.util.List;
import java.util.Optional;

/** Tags, and what they named before. */
final class TagCommands {

  /** So many changes of a tag are kept at least. */
  static final int KEPT_CHANGES = 100;

  /** A tag's history is trimmed at every so many changes, to spare the others the look. */
  static final int CHANGES_BETWEEN_TRIMS = 16;

  private final CommandContext context;
  private final RepositoryCommands repositories;

  TagCommands(CommandContext context) {
    this.context = context;
    this.repositories = new RepositoryCommands(context);
  }

  Outcome delete(DeleteTag command) {
    RepositoryName name = RepositoryName.parse(command.getRepository());
    TagName tag = TagName.parse(command.getTag());
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Outcome.rejected(Rejection.repositoryUnknown(name));
    }
    Optional<TagRecord> current =
        context.rows().get(Tables.TAGS, new TagKey(repository.get().id(), tag));
    if (current.isEmpty()) {
      return Outcome.rejected(Rejection.tagUnknown(name, tag));
    }
    remove(repository.get(), tag, Digest.parse(current.get().getDigest()));
    return Outcome.ACCEPTED;
  }

  /** Why the condition does not hold for one of the tags; empty when it holds for all. */
  Optional<Rejection> violation(
      Optional<Repository> repository, List<TagName> tags, TagCondition condition) {
    return tags.stream()
        .flatMap(tag ->
            violation(
                tag,
                repository.flatMap(
                    existing -> context.rows().get(Tables.TAGS, new TagKey(existing.id(), tag))),
                condition)
                .stream())
        .findFirst();
  }

  /** Points the tag to a manifest. A tag that names it already is left as it is. */
  void move(Repository repository, TagName tag, Digest manifest, String mediaType) {
    TagKey key = new TagKey(repository.id(), tag);
    Optional<TagRecord> current = context.rows().get(Tables.TAGS, key);
    if (current.isPresent()) {
      Digest before = Digest.parse(current.get().getDigest());
      if (before.equals(manifest)) {
        return;
      }
      context.rows().delete(Tables.MANIFEST_TAGS, new ManifestTagKey(repository.id(), before, tag));
    } else {
      repositories.count(repository, 0, 1);
    }
    context
        .rows()
        .put(
            Tables.TAGS,
            key,
            TagRecord.newBuilder()
                .setDigest(manifest.toString())
                .setMediaType(mediaType)
                .setRevision(context.revision())
                .setTimeMs(context.wallTimeMillis())
                .setBy(context.principal())
                .build());
    context
        .rows()
        .put(
            Tables.MANIFEST_TAGS,
            new ManifestTagKey(repository.id(), manifest, tag),
            Nothing.NOTHING);
    remember(key, Action.SET, manifest);
  }

  /** Removes a tag that names this manifest. */
  void remove(Repository repository, TagName tag, Digest manifest) {
    TagKey key = new TagKey(repository.id(), tag);
    context.rows().delete(Tables.TAGS, key);
    context.rows().delete(Tables.MANIFEST_TAGS, new ManifestTagKey(repository.id(), manifest, tag));
    repositories.count(repository, 0, -1);
    remember(key, Action.DELETED, manifest);
  }

  private static Optional<Rejection> violation(
      TagName tag, Optional<TagRecord> current, TagCondition condition) {
    return switch (condition.getConditionCase()) {
      case CONDITION_NOT_SET -> Optional.empty();
      case ABSENT -> current.map(record -> failed(tag, current, "not to exist"));
      case PRESENT ->
          current.isPresent() ? Optional.empty() : Optional.of(failed(tag, current, "to exist"));
      case CURRENT ->
          current
                  .filter(record ->
                      condition.getCurrent().getDigestsList().contains(record.getDigest()))
                  .isPresent()
              ? Optional.empty()
              : Optional.of(failed(tag, current, "to name another manifest"));
    };
  }

  private static Rejection failed(TagName tag, Optional<TagRecord> current, String expected) {
    return current
        .map(record ->
            Rejection.of(
                RejectionCode.CONDITION_FAILED,
                "tag " + tag + " names " + record.getDigest() + ": expected it " + expected,
                tag.value(),
                record.getDigest()))
        .orElseGet(() ->
            Rejection.of(
                RejectionCode.CONDITION_FAILED,
                "tag " + tag + " does not exist: expected it " + expected,
                tag.value()));
  }

  private void remember(TagKey key, Action action, Digest manifest) {
    long number =
        context.rows().scan(Tables.TAG_HISTORY, changes(key), 1).stream()
                .mapToLong(row -> row.value().getNumber())
                .findFirst()
                .orElse(0)
            + 1;
    context
        .rows()
        .put(
            Tables.TAG_HISTORY,
            new TagChangeKey(key.repository(), key.tag(), context.revision()),
            TagHistoryRecord.newBuilder()
                .setAction(action)
                .setDigest(manifest.toString())
                .setTimeMs(context.wallTimeMillis())
                .setBy(context.principal())
                .setNumber(number)
                .build());
    if (number % CHANGES_BETWEEN_TRIMS == 0) {
      trim(key);
    }
  }

  private void trim(TagKey key) {
    List<Row<TagChangeKey, TagHistoryRecord>> changes =
        context
            .rows()
            .scan(Tables.TAG_HISTORY, changes(key), KEPT_CHANGES + 2 * CHANGES_BETWEEN_TRIMS);
    changes.stream()
        .skip(KEPT_CHANGES)
        .forEach(row -> context.rows().delete(Tables.TAG_HISTORY, row.key()));
  }

  private static KeyRange<TagChangeKey> changes(TagKey key) {
    return TagChangeKey.of(key.repository(), key.tag());
  }
}

package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.access.TagRules;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.DeleteTag;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RestoreTag;
import dev.meridian.proto.log.SetTags;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.log.TagMove;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.TagHistoryRecord.Action;
import dev.meridian.proto.store.TagRecord;
import java.util.List;
import java.util.Optional;

/** Tags, and what they named before. */
final class TagCommands {

  /** The most moves of one command. */
  static final int MAX_MOVES = 100;

  private final CommandContext context;
  private final RepositoryCommands repositories;
  private final TagHistory history;

  TagCommands(CommandContext context) {
    this.context = context;
    this.repositories = new RepositoryCommands(context);
    this.history = new TagHistory(context);
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
    Optional<Rejection> violation =
        violation(name, repository, List.of(tag), command.getCondition());
    if (violation.isPresent()) {
      return Outcome.rejected(violation.get());
    }
    Optional<Rejection> immutable = new TagRules(context.rows()).violation(name, List.of(tag));
    if (immutable.isPresent()) {
      return Outcome.rejected(immutable.get());
    }
    remove(repository.get(), tag, Digest.parse(current.get().getDigest()));
    return Outcome.ACCEPTED;
  }

  /** Makes all of the moves, or none when one of them cannot be made. */
  Outcome set(SetTags command) {
    if (command.getMovesCount() > MAX_MOVES) {
      return Outcome.rejected(
          RejectionCode.TOO_LARGE,
          "the command moves " + command.getMovesCount() + " tags: expected at most " + MAX_MOVES);
    }
    for (TagMove move : command.getMovesList()) {
      Optional<Rejection> hindrance = hindrance(move);
      if (hindrance.isPresent()) {
        return Outcome.rejected(hindrance.get());
      }
    }
    for (TagMove move : command.getMovesList()) {
      Repository repository =
          repositories.find(RepositoryName.parse(move.getRepository())).orElseThrow();
      Digest digest = Digest.parse(move.getDigest());
      move(repository, TagName.parse(move.getTag()), digest, manifest(repository, digest).get());
    }
    return Outcome.ACCEPTED;
  }

  /** Points a tag, also one that was deleted, to what its history says it named. */
  Outcome restore(RestoreTag command) {
    RepositoryName name = RepositoryName.parse(command.getRepository());
    TagName tag = TagName.parse(command.getTag());
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Outcome.rejected(Rejection.repositoryUnknown(name));
    }
    TagKey key = new TagKey(repository.get().id(), tag);
    if (history.newest(key).isEmpty()) {
      return Outcome.rejected(Rejection.tagUnknown(name, tag));
    }
    Optional<Rejection> violation =
        violation(name, repository, List.of(tag), command.getCondition());
    if (violation.isPresent()) {
      return Outcome.rejected(violation.get());
    }
    long revision = command.getRevision();
    Optional<Digest> named =
        revision == 0 ? history.beforeLastChange(key) : history.after(key, revision);
    if (named.isEmpty()) {
      return Outcome.rejected(
          RejectionCode.REVISION_UNKNOWN,
          "the history of tag "
              + tag
              + " of repository "
              + name
              + " has no manifest that it named "
              + (revision == 0
                  ? "before its last change"
                  : "after revision " + Long.toUnsignedString(revision)),
          tag.value());
    }
    Optional<ManifestRecord> manifest = manifest(repository.get(), named.get());
    if (manifest.isEmpty()) {
      return Outcome.rejected(Rejection.manifestUnknown(name, named.get()));
    }
    Optional<Rejection> immutable = immutable(repository.get(), List.of(tag), named.get());
    if (immutable.isPresent()) {
      return Outcome.rejected(immutable.get());
    }
    move(repository.get(), tag, named.get(), manifest.get());
    return new Outcome.Restored(named.get());
  }

  private Optional<Rejection> hindrance(TagMove move) {
    RepositoryName name = RepositoryName.parse(move.getRepository());
    Digest digest = Digest.parse(move.getDigest());
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Optional.of(Rejection.repositoryUnknown(name));
    }
    if (manifest(repository.get(), digest).isEmpty()) {
      return Optional.of(Rejection.manifestUnknown(name, digest));
    }
    List<TagName> tags = List.of(TagName.parse(move.getTag()));
    return violation(name, repository, tags, move.getCondition())
        .or(() -> immutable(repository.get(), tags, digest));
  }

  /** Why one of the tags may not come to name the manifest; empty when all may. */
  Optional<Rejection> immutable(Repository repository, List<TagName> tags, Digest manifest) {
    return new TagRules(context.rows())
        .violation(
            repository.name(),
            tags.stream()
                .filter(tag ->
                    context
                        .rows()
                        .get(Tables.TAGS, new TagKey(repository.id(), tag))
                        .filter(current -> !current.getDigest().equals(manifest.toString()))
                        .isPresent())
                .toList());
  }

  private Optional<ManifestRecord> manifest(Repository repository, Digest digest) {
    return context.rows().get(Tables.MANIFESTS, new ContentKey(repository.id(), digest));
  }

  private void move(Repository repository, TagName tag, Digest digest, ManifestRecord manifest) {
    move(repository, tag, digest, manifest.getMediaType());
  }

  /** Why the condition does not hold for one of the tags; empty when it holds for all. */
  Optional<Rejection> violation(
      RepositoryName name,
      Optional<Repository> repository,
      List<TagName> tags,
      TagCondition condition) {
    return tags.stream()
        .flatMap(tag ->
            violation(
                "tag " + tag + " of repository " + name,
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
    history.remember(key, Action.SET, manifest);
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
  }

  /** Removes a tag that names this manifest. */
  void remove(Repository repository, TagName tag, Digest manifest) {
    TagKey key = new TagKey(repository.id(), tag);
    history.remember(key, Action.DELETED, manifest);
    context.rows().delete(Tables.TAGS, key);
    context.rows().delete(Tables.MANIFEST_TAGS, new ManifestTagKey(repository.id(), manifest, tag));
    repositories.count(repository, 0, -1);
  }

  private static Optional<Rejection> violation(
      String name, TagName tag, Optional<TagRecord> current, TagCondition condition) {
    return switch (condition.getConditionCase()) {
      case CONDITION_NOT_SET -> Optional.empty();
      case ABSENT -> current.map(record -> failed(name, tag, current, "not to exist"));
      case PRESENT ->
          current.isPresent()
              ? Optional.empty()
              : Optional.of(failed(name, tag, current, "to exist"));
      case CURRENT ->
          current
                  .filter(record ->
                      condition.getCurrent().getDigestsList().contains(record.getDigest()))
                  .isPresent()
              ? Optional.empty()
              : Optional.of(failed(name, tag, current, "to name another manifest"));
    };
  }

  private static Rejection failed(
      String name, TagName tag, Optional<TagRecord> current, String expected) {
    return current
        .map(record ->
            Rejection.of(
                RejectionCode.CONDITION_FAILED,
                name + " names " + record.getDigest() + ": expected it " + expected,
                tag.value(),
                record.getDigest()))
        .orElseGet(() ->
            Rejection.of(
                RejectionCode.CONDITION_FAILED,
                name + " does not exist: expected it " + expected,
                tag.value()));
  }
}

package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.access.TagRules;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.CopyRequirement;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.DeleteManifest;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Manifests and the tags that name them. */
final class ManifestCommands {

  /** Deleting a manifest removes its tags, so it is refused to one with more than so many. */
  static final int MAX_TAGS_DELETED = 1_000;

  private final CommandContext context;
  private final RepositoryCommands repositories;
  private final TagCommands tags;
  private final ManifestReferences references;
  private final StoredManifests manifests;

  ManifestCommands(CommandContext context) {
    this.context = context;
    this.repositories = new RepositoryCommands(context);
    this.tags = new TagCommands(context);
    this.references = new ManifestReferences(context);
    this.manifests = new StoredManifests(context);
  }

  /**
   * Stores a manifest all of whose references are in the repository, and their blobs in as many
   * regions as its policy asks for, and moves tags to it. One that is there already stays as it is,
   * unless it comes under another media type: then the newer reading of its bytes counts.
   */
  Outcome put(PutManifest command) {
    RepositoryName name = RepositoryName.parse(command.getRepository());
    Optional<Repository> existing = repositories.find(name);
    ManifestReferences.Resolved resolved =
        references.resolve(existing, command.getReferencesList());
    if (!resolved.missing().isEmpty()) {
      return Outcome.rejected(
          new Rejection(
              RejectionCode.REFERENCE_UNKNOWN,
              resolved.missing().size()
                  + " of the manifest's references are not in repository "
                  + name
                  + ", the first is "
                  + resolved.missing().getFirst(),
              resolved.missing()));
    }
    List<TagName> names = command.getTagsList().stream().map(TagName::parse).toList();
    Optional<Rejection> violation = tags.violation(name, existing, names, command.getCondition());
    if (violation.isPresent()) {
      return Outcome.rejected(violation.get());
    }
    Optional<Rejection> copies =
        existing.flatMap(repository ->
            CopyRequirement.violation(context, name, repository.id(), resolved.present()));
    if (copies.isPresent()) {
      return Outcome.rejected(copies.get());
    }
    Digest digest = Digest.parse(command.getDigest());
    Optional<Rejection> immutable =
        existing.flatMap(repository -> tags.immutable(repository, names, digest));
    if (immutable.isPresent()) {
      return Outcome.rejected(immutable.get());
    }
    Repository repository = repositories.findOrCreate(name);
    ContentKey key = new ContentKey(repository.id(), digest);
    if (manifests.put(key, record(command, resolved.present()), command.getContent())) {
      repositories.count(repository, 1, 0);
    }
    names.forEach(tag -> tags.move(repository, tag, digest, command.getMediaType()));
    return Outcome.ACCEPTED;
  }

  /** Removes a manifest that no other references, and the tags that name it. */
  Outcome delete(DeleteManifest command) {
    RepositoryName name = RepositoryName.parse(command.getRepository());
    Digest digest = Digest.parse(command.getDigest());
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Outcome.rejected(Rejection.repositoryUnknown(name));
    }
    ContentKey key = new ContentKey(repository.get().id(), digest);
    Optional<ManifestRecord> manifest = manifests.find(key);
    if (manifest.isEmpty()) {
      return Outcome.rejected(Rejection.manifestUnknown(name, digest));
    }
    List<String> holders = references.holders(key, ReferenceRecord.Kind.MANIFEST);
    if (!holders.isEmpty()) {
      return Outcome.rejected(
          new Rejection(
              RejectionCode.IN_USE,
              "manifest " + digest + " is referenced by manifest " + holders.getFirst(),
              holders));
    }
    List<TagName> named = tagsOf(key);
    if (named.size() > MAX_TAGS_DELETED) {
      return Outcome.rejected(
          RejectionCode.IN_USE,
          "manifest "
              + digest
              + " has more than "
              + MAX_TAGS_DELETED
              + " tags: delete tags first, such as "
              + named.getFirst(),
          named.getFirst().value());
    }
    Optional<Rejection> immutable = new TagRules(context.rows()).violation(name, named);
    if (immutable.isPresent()) {
      return Outcome.rejected(immutable.get());
    }
    named.forEach(tag -> tags.remove(repository.get(), tag, digest));
    manifests.remove(key, manifest.get());
    repositories.count(repository.get(), -1, 0);
    return Outcome.ACCEPTED;
  }

  private List<TagName> tagsOf(ContentKey manifest) {
    return context
        .rows()
        .scan(
            Tables.MANIFEST_TAGS,
            ManifestTagKey.of(manifest.repository(), manifest.digest()),
            MAX_TAGS_DELETED + 1)
        .stream()
        .map(Row::key)
        .map(ManifestTagKey::tag)
        .toList();
  }

  private ManifestRecord record(PutManifest command, Set<ReferenceRecord> present) {
    return ManifestRecord.newBuilder()
        .setMediaType(command.getMediaType())
        .setSize(command.getContent().size())
        .setSubject(command.getSubject().getDigest())
        .setArtifactType(command.getArtifactType())
        .putAllAnnotations(command.getAnnotationsMap())
        .addAllReferences(present)
        .setPushedMs(context.wallTimeMillis())
        .setBy(context.principal())
        .setRevision(context.revision())
        .build();
  }
}

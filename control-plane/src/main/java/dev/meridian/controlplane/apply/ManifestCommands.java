package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.DeleteManifest;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.ManifestBytesRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.ReferenceRecord;
import dev.meridian.proto.store.ReferrerRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Manifests with all that hangs on them: bytes, references, referrers and tags. */
final class ManifestCommands {

  /** Deleting a manifest removes its tags, so it is refused to one with more than so many. */
  static final int MAX_TAGS_DELETED = 1_000;

  private final CommandContext context;
  private final RepositoryCommands repositories;
  private final TagCommands tags;
  private final ManifestReferences references;

  ManifestCommands(CommandContext context) {
    this.context = context;
    this.repositories = new RepositoryCommands(context);
    this.tags = new TagCommands(context);
    this.references = new ManifestReferences(context);
  }

  /**
   * Stores a manifest all of whose references are in the repository, and moves tags to it. One that
   * is there already stays as it is, unless it comes under another media type: then the newer
   * reading of its bytes counts.
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
    Repository repository = repositories.findOrCreate(name);
    Digest digest = Digest.parse(command.getDigest());
    store(repository, new ContentKey(repository.id(), digest), command, resolved.present());
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
    Optional<ManifestRecord> manifest = context.rows().get(Tables.MANIFESTS, key);
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
    named.forEach(tag -> tags.remove(repository.get(), tag, digest));
    remove(repository.get(), key, manifest.get());
    return Outcome.ACCEPTED;
  }

  private void store(
      Repository repository, ContentKey key, PutManifest command, Set<ReferenceRecord> present) {
    Optional<ManifestRecord> before = context.rows().get(Tables.MANIFESTS, key);
    Set<ReferenceRecord> held = before.map(ManifestCommands::held).orElseGet(LinkedHashSet::new);
    if (before.isPresent()
        && before.get().getMediaType().equals(command.getMediaType())
        && held.equals(present)) {
      return;
    }
    ManifestRecord manifest = record(command, present);
    context.rows().put(Tables.MANIFESTS, key, manifest);
    references.replace(key, held, present);
    if (before.isPresent()) {
      removeReferrer(key, before.get());
    } else {
      addBytes(key.digest(), command);
      repositories.count(repository, 1, 0);
    }
    addReferrer(key, manifest);
  }

  private void remove(Repository repository, ContentKey key, ManifestRecord manifest) {
    context.rows().delete(Tables.MANIFESTS, key);
    references.replace(key, held(manifest), Set.of());
    removeReferrer(key, manifest);
    removeBytes(key.digest());
    repositories.count(repository, -1, 0);
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

  private static Set<ReferenceRecord> held(ManifestRecord manifest) {
    return new LinkedHashSet<>(manifest.getReferencesList());
  }

  private void addBytes(Digest digest, PutManifest command) {
    ManifestBytesRecord bytes =
        context
            .rows()
            .get(Tables.MANIFEST_BYTES, digest)
            .orElseGet(
                () -> ManifestBytesRecord.newBuilder().setContent(command.getContent()).build());
    context
        .rows()
        .put(
            Tables.MANIFEST_BYTES,
            digest,
            bytes.toBuilder().setHolders(bytes.getHolders() + 1).build());
  }

  private void removeBytes(Digest digest) {
    ManifestBytesRecord bytes = context.rows().get(Tables.MANIFEST_BYTES, digest).orElseThrow();
    if (bytes.getHolders() > 1) {
      context
          .rows()
          .put(
              Tables.MANIFEST_BYTES,
              digest,
              bytes.toBuilder().setHolders(bytes.getHolders() - 1).build());
    } else {
      context.rows().delete(Tables.MANIFEST_BYTES, digest);
    }
  }

  /** The subject need not be there (OCI distribution-spec, "Pushing Manifests with Subject"). */
  private void addReferrer(ContentKey key, ManifestRecord manifest) {
    if (!manifest.getSubject().isEmpty()) {
      context
          .rows()
          .put(
              Tables.REFERRERS,
              referrer(key, manifest),
              ReferrerRecord.newBuilder()
                  .setMediaType(manifest.getMediaType())
                  .setSize(manifest.getSize())
                  .setArtifactType(manifest.getArtifactType())
                  .putAllAnnotations(manifest.getAnnotationsMap())
                  .build());
    }
  }

  private void removeReferrer(ContentKey key, ManifestRecord manifest) {
    if (!manifest.getSubject().isEmpty()) {
      context.rows().delete(Tables.REFERRERS, referrer(key, manifest));
    }
  }

  private static ReferrerKey referrer(ContentKey key, ManifestRecord manifest) {
    return new ReferrerKey(key.repository(), Digest.parse(manifest.getSubject()), key.digest());
  }
}

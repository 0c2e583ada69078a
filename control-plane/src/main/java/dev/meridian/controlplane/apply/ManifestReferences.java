package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What manifests keep alive in their repositories. */
final class ManifestReferences {

  /**
   * The references of a manifest as its repository can fulfil them.
   *
   * @param missing digests that must be in the repository and are not
   */
  record Resolved(Set<ReferenceRecord> present, List<String> missing) {}

  private final CommandContext context;
  private final BlobLinks links;

  ManifestReferences(CommandContext context) {
    this.context = context;
    this.links = new BlobLinks(context, new Blobs(context));
  }

  /** Looks the references up; in a repository that is not there all that must be are missing. */
  Resolved resolve(Optional<Repository> repository, List<ManifestLink> references) {
    Set<ReferenceRecord> present = new LinkedHashSet<>();
    List<String> missing = new ArrayList<>();
    for (ManifestLink reference : references) {
      Optional<ReferenceRecord> found =
          repository.flatMap(existing -> resolve(existing, reference));
      found.ifPresent(present::add);
      if (found.isEmpty() && !reference.getOptional()) {
        missing.add(reference.getDigest());
      }
    }
    return new Resolved(present, missing);
  }

  /** From now on the manifest keeps these alive, and no longer those of before. */
  void replace(ContentKey manifest, Set<ReferenceRecord> before, Set<ReferenceRecord> after) {
    after.stream()
        .filter(reference -> !before.contains(reference))
        .forEach(reference -> add(manifest, reference));
    before.stream()
        .filter(reference -> !after.contains(reference))
        .forEach(reference -> remove(manifest, reference));
  }

  /**
   * Manifests of the repository that keep the content alive; the first of them, if there are many.
   */
  List<String> holders(ContentKey target, ReferenceRecord.Kind kind) {
    return context
        .rows()
        .scan(
            Tables.REFERENCES,
            ReferenceKey.to(target.digest(), target.repository(), kind),
            Rejection.MAX_SUBJECTS)
        .stream()
        .map(row -> row.key().manifest().toString())
        .toList();
  }

  private Optional<ReferenceRecord> resolve(Repository repository, ManifestLink reference) {
    ContentKey target = new ContentKey(repository.id(), Digest.parse(reference.getDigest()));
    return switch (reference.getKind()) {
      case BLOB -> asBlob(target);
      case MANIFEST -> asManifest(target);
      case EITHER -> asManifest(target).or(() -> asBlob(target));
      case KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException(
              "reference " + target.digest() + " has a kind that this server does not know");
    };
  }

  private Optional<ReferenceRecord> asBlob(ContentKey target) {
    return context.rows().contains(Tables.BLOB_LINKS, target)
        ? Optional.of(record(ReferenceRecord.Kind.BLOB, target))
        : Optional.empty();
  }

  private Optional<ReferenceRecord> asManifest(ContentKey target) {
    return context.rows().contains(Tables.MANIFESTS, target)
        ? Optional.of(record(ReferenceRecord.Kind.MANIFEST, target))
        : Optional.empty();
  }

  private static ReferenceRecord record(ReferenceRecord.Kind kind, ContentKey target) {
    return ReferenceRecord.newBuilder().setKind(kind).setDigest(target.digest().toString()).build();
  }

  private void add(ContentKey manifest, ReferenceRecord reference) {
    ContentKey target = target(manifest, reference);
    context.rows().put(Tables.REFERENCES, key(manifest, reference), Nothing.NOTHING);
    if (reference.getKind() == ReferenceRecord.Kind.BLOB) {
      links.hold(target);
    }
  }

  private void remove(ContentKey manifest, ReferenceRecord reference) {
    ContentKey target = target(manifest, reference);
    context.rows().delete(Tables.REFERENCES, key(manifest, reference));
    if (reference.getKind() == ReferenceRecord.Kind.BLOB) {
      links.release(target);
    }
  }

  private static ContentKey target(ContentKey manifest, ReferenceRecord reference) {
    return new ContentKey(manifest.repository(), Digest.parse(reference.getDigest()));
  }

  private static ReferenceKey key(ContentKey manifest, ReferenceRecord reference) {
    return new ReferenceKey(
        Digest.parse(reference.getDigest()),
        manifest.repository(),
        reference.getKind(),
        manifest.digest());
  }
}

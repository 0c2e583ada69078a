package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.proto.store.ManifestBytesRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.ReferenceRecord;
import dev.meridian.proto.store.ReferrerRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Manifests with what hangs on them by themselves: bytes, references and referrers. */
final class StoredManifests {

  private final CommandContext context;
  private final ManifestReferences references;

  StoredManifests(CommandContext context) {
    this.context = context;
    this.references = new ManifestReferences(context);
  }

  Optional<ManifestRecord> find(ContentKey key) {
    return context.rows().get(Tables.MANIFESTS, key);
  }

  /**
   * Stores a manifest whose references are in its repository; true when it was not there. One that
   * was stays as it is, unless its media type or what it keeps alive is another now.
   */
  boolean put(ContentKey key, ManifestRecord manifest, ByteString content) {
    Optional<ManifestRecord> before = find(key);
    Set<ReferenceRecord> held = held(before.map(ManifestRecord::getReferencesList));
    Set<ReferenceRecord> present = held(Optional.of(manifest.getReferencesList()));
    if (before.isPresent()
        && before.get().getMediaType().equals(manifest.getMediaType())
        && held.equals(present)) {
      return false;
    }
    context.rows().put(Tables.MANIFESTS, key, manifest);
    references.replace(key, held, present);
    before.ifPresentOrElse(
        replaced -> removeReferrer(key, replaced), () -> addBytes(key.digest(), content));
    addReferrer(key, manifest);
    return before.isEmpty();
  }

  /** Removes a manifest that is there. */
  void remove(ContentKey key, ManifestRecord manifest) {
    context.rows().delete(Tables.MANIFESTS, key);
    references.replace(key, held(Optional.of(manifest.getReferencesList())), Set.of());
    removeReferrer(key, manifest);
    removeBytes(key.digest());
  }

  private static Set<ReferenceRecord> held(Optional<List<ReferenceRecord>> references) {
    return new LinkedHashSet<>(references.orElse(List.of()));
  }

  private void addBytes(Digest digest, ByteString content) {
    ManifestBytesRecord bytes =
        context
            .rows()
            .get(Tables.MANIFEST_BYTES, digest)
            .orElseGet(() -> ManifestBytesRecord.newBuilder().setContent(content).build());
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

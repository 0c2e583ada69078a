package dev.meridian.controlplane.prepare;

import dev.meridian.model.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a manifest that are looked at; one that is null in the document is absent here. */
record ManifestDocument(
    String artifactType,
    Optional<Entry> config,
    Optional<List<Entry>> layers,
    Optional<List<Entry>> manifests,
    Optional<List<Entry>> blobs,
    Optional<Entry> subject,
    Map<String, String> annotations) {

  /**
   * A descriptor (OCI image-spec, descriptor.md).
   *
   * @param hasUrls the content may come from elsewhere
   */
  record Entry(String mediaType, Digest digest, long size, boolean hasUrls) {}

  /** The fields that say which kind of document it is; the version is 0 when it is absent. */
  record Kind(String mediaType, int schemaVersion) {}
}

package dev.meridian.controlplane.prepare;

import dev.meridian.proto.log.ManifestLink;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest says.
 *
 * @param artifactType as referrers lists show it, or empty
 * @param annotations empty when they are too large to be kept beside the manifest
 * @param references what it needs or keeps alive, each digest once
 */
record ParsedManifest(
    String mediaType,
    Optional<ManifestLink> subject,
    String artifactType,
    Map<String, String> annotations,
    List<ManifestLink> references) {

  ParsedManifest {
    annotations = Map.copyOf(annotations);
    references = List.copyOf(references);
  }

  /** A document of a type that is not known; it references nothing. */
  static ParsedManifest opaque(String mediaType) {
    return new ParsedManifest(mediaType, Optional.empty(), "", Map.of(), List.of());
  }
}

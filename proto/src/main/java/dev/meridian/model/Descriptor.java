package dev.meridian.model;

import java.util.Map;
import java.util.Objects;

/**
 * What points to content (OCI image-spec, descriptor.md). The artifact type is empty when there is
 * none; size is in bytes.
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    String artifactType,
    Map<String, String> annotations) {

  public Descriptor {
    Objects.requireNonNull(mediaType, "mediaType");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(artifactType, "artifactType");
    annotations = Map.copyOf(annotations);
    if (size < 0) {
      throw new IllegalArgumentException("descriptor size " + size + " is negative");
    }
  }
}

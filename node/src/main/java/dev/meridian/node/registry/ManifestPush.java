package dev.meridian.node.registry;

import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.MetadataCommand.TagCondition;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A manifest as a client pushes it (OCI distribution-spec, "Pushing Manifests").
 *
 * @param reference of the path
 * @param tags of {@code ?tag=}, moved together with the push
 * @param contentType of the request, or empty
 * @param ifMatch the conditional header as it came
 * @param ifNoneMatch the conditional header as it came
 */
public record ManifestPush(
    RepositoryName repository,
    Reference reference,
    List<TagName> tags,
    String contentType,
    byte[] content,
    Optional<String> ifMatch,
    Optional<String> ifNoneMatch) {

  public ManifestPush {
    tags = List.copyOf(tags);
  }

  /**
   * What must hold of the tag (RFC 9110, section 13.1). An entity tag is the digest in double
   * quotes.
   */
  TagCondition condition() {
    if (ifMatch.isEmpty() && ifNoneMatch.isEmpty()) {
      return new TagCondition.None();
    }
    if (reference instanceof Reference.ByDigest) {
      throw RegistryError.UNSUPPORTED.because(
          "If-Match and If-None-Match are not supported on a push by digest");
    }
    if (ifMatch.isPresent() && ifNoneMatch.isPresent()) {
      throw RegistryError.UNSUPPORTED.because(
          "If-Match and If-None-Match are not supported together");
    }
    return ifMatch.map(ManifestPush::match).orElseGet(this::noneMatch);
  }

  private static TagCondition match(String header) {
    if (header.strip().equals("*")) {
      return new TagCondition.Present();
    }
    List<Digest> digests =
        Arrays.stream(header.split(",")).map(String::strip).map(ManifestPush::entityTag).toList();
    return new TagCondition.Current(digests);
  }

  private TagCondition noneMatch() {
    if (!ifNoneMatch.orElseThrow().strip().equals("*")) {
      throw RegistryError.UNSUPPORTED.because(
          "If-None-Match on a push is supported with \"*\" only");
    }
    return new TagCondition.Absent();
  }

  private static Digest entityTag(String text) {
    if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
      throw RegistryError.DIGEST_INVALID.because(
          "If-Match is not valid: expected * or digests in double quotes");
    }
    try {
      return Digest.parse(text.substring(1, text.length() - 1));
    } catch (IllegalArgumentException e) {
      throw RegistryError.DIGEST_INVALID.because("If-Match: " + e.getMessage(), e);
    }
  }
}

package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.prepare.ManifestDocument.Entry;
import dev.meridian.model.MediaTypes;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.RejectionCode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds out what a manifest is and what it references (OCI image-spec, manifest.md and
 * image-index.md; docker's image manifest version 2, schema 2).
 *
 * <p>A JSON document of a type that is not known is taken as it is and references nothing. What a
 * config or layer holds is not looked at.
 */
final class ManifestParser {

  static final int MAX_SIZE = 4 << 20;

  /** Larger annotations are not kept beside the manifest, nor allowed where lists show them. */
  static final int MAX_ANNOTATIONS_SIZE = 1 << 20;

  private static final int SCHEMA_VERSION = 2;
  private static final int MAX_SHOWN = 100;

  /** A document of another type could be taken for a page by a browser. */
  private static final Pattern JSON_MEDIA_TYPE =
      Pattern.compile("application/(?:json|[a-z0-9][a-z0-9!#$&^_.+-]{0,120}\\+json)");

  private static final Set<String> MANIFEST_TYPES =
      Set.of(
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.OCI_ARTIFACT_MANIFEST,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_MANIFEST_LIST);

  /**
   * Layers that registries need not hold (OCI image-spec, layer.md, "Non-Distributable Layers").
   */
  private static final Pattern NOT_DISTRIBUTED =
      Pattern.compile(
          "application/vnd\\.oci\\.image\\.layer\\.nondistributable\\.v1\\..*"
              + "|application/vnd\\.docker\\.image\\.rootfs\\.foreign\\.diff\\..*");

  /**
   * Parses a manifest.
   *
   * @param contentType the request's header, or empty: then the document's own mediaType counts
   */
  ParsedManifest parse(ByteString content, String contentType) throws RefusedException {
    if (content.size() > MAX_SIZE) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "manifest has " + content.size() + " bytes: expected at most " + MAX_SIZE);
    }
    ManifestJson json = new ManifestJson(content.asReadOnlyByteBuffer());
    ManifestDocument.Kind kind = json.kind();
    String mediaType = mediaType(contentType, kind.mediaType());
    return switch (mediaType) {
      case MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST -> {
        checkSchemaVersion(kind);
        yield image(mediaType, json.document());
      }
      case MediaTypes.OCI_INDEX, MediaTypes.DOCKER_MANIFEST_LIST -> {
        checkSchemaVersion(kind);
        yield index(mediaType, json.document());
      }
      case MediaTypes.OCI_ARTIFACT_MANIFEST -> artifact(mediaType, json.document());
      case MediaTypes.DOCKER_SCHEMA1, MediaTypes.DOCKER_SCHEMA1_SIGNED -> throw schema1();
      default -> {
        if (kind.schemaVersion() == 1) {
          throw schema1();
        }
        yield opaque(mediaType);
      }
    };
  }

  private static String mediaType(String contentType, String own) throws RefusedException {
    String sent = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    String written = own.strip().toLowerCase(Locale.ROOT);
    if (sent.isEmpty() && written.isEmpty()) {
      throw RefusedException.manifestInvalid(
          "manifest field mediaType is missing: expected it, or a Content-Type header");
    }
    if (!sent.isEmpty() && !written.isEmpty() && !sent.equals(written)) {
      throw RefusedException.manifestInvalid(
          "manifest field mediaType differs from the Content-Type header "
              + shown(sent)
              + ": expected the same");
    }
    return sent.isEmpty() ? written : sent;
  }

  private static ParsedManifest image(String mediaType, ManifestDocument document)
      throws RefusedException {
    refuse(document.manifests(), "manifests", mediaType);
    Entry config = document.config().orElseThrow(() -> missing("config", mediaType));
    List<Entry> layers = document.layers().orElseThrow(() -> missing("layers", mediaType));
    References references = new References();
    references.add(config, ManifestLink.Kind.BLOB);
    layers.forEach(layer -> references.add(layer, ManifestLink.Kind.BLOB));
    String artifactType =
        document.artifactType().isEmpty() ? config.mediaType() : document.artifactType();
    return parsed(mediaType, document, artifactType, references);
  }

  private static ParsedManifest index(String mediaType, ManifestDocument document)
      throws RefusedException {
    refuse(document.config(), "config", mediaType);
    refuse(document.layers(), "layers", mediaType);
    List<Entry> manifests = document.manifests().orElseThrow(() -> missing("manifests", mediaType));
    References references = new References();
    manifests.forEach(child ->
        references.add(
            child,
            MANIFEST_TYPES.contains(child.mediaType())
                ? ManifestLink.Kind.MANIFEST
                : ManifestLink.Kind.EITHER));
    return parsed(mediaType, document, document.artifactType(), references);
  }

  private static ParsedManifest artifact(String mediaType, ManifestDocument document)
      throws RefusedException {
    References references = new References();
    document
        .blobs()
        .orElse(List.of())
        .forEach(blob -> references.add(blob, ManifestLink.Kind.BLOB));
    return parsed(mediaType, document, document.artifactType(), references);
  }

  private static ParsedManifest opaque(String mediaType) throws RefusedException {
    if (!JSON_MEDIA_TYPE.matcher(mediaType).matches()) {
      throw RefusedException.manifestInvalid(
          "media type " + shown(mediaType) + " is not a manifest's: expected one of JSON");
    }
    return ParsedManifest.opaque(mediaType);
  }

  private static ParsedManifest parsed(
      String mediaType, ManifestDocument document, String artifactType, References references)
      throws RefusedException {
    if (references.byDigest.size() > ManifestJson.MAX_REFERENCES) {
      throw RefusedException.manifestInvalid(
          "manifest has more than " + ManifestJson.MAX_REFERENCES + " references");
    }
    Optional<ManifestLink> subject =
        document.subject().filter(entry -> hasSubject(mediaType)).map(ManifestParser::subject);
    boolean large = size(document.annotations()) > MAX_ANNOTATIONS_SIZE;
    if (large && subject.isPresent()) {
      throw RefusedException.manifestInvalid(
          "manifest field annotations is too large beside a subject: expected at most "
              + MAX_ANNOTATIONS_SIZE
              + " bytes");
    }
    return new ParsedManifest(
        mediaType,
        subject,
        artifactType,
        large ? Map.of() : document.annotations(),
        List.copyOf(references.byDigest.values()));
  }

  private static boolean hasSubject(String mediaType) {
    return mediaType.equals(MediaTypes.OCI_MANIFEST)
        || mediaType.equals(MediaTypes.OCI_INDEX)
        || mediaType.equals(MediaTypes.OCI_ARTIFACT_MANIFEST);
  }

  private static ManifestLink subject(Entry entry) {
    return link(entry, ManifestLink.Kind.MANIFEST).setOptional(true).build();
  }

  private static ManifestLink.Builder link(Entry entry, ManifestLink.Kind kind) {
    return ManifestLink.newBuilder()
        .setKind(kind)
        .setDigest(entry.digest().toString())
        .setMediaType(entry.mediaType())
        .setSize(entry.size());
  }

  private static long size(Map<String, String> annotations) {
    return annotations.entrySet().stream()
        .mapToLong(entry -> utf8Length(entry.getKey()) + utf8Length(entry.getValue()))
        .sum();
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void checkSchemaVersion(ManifestDocument.Kind kind) throws RefusedException {
    if (kind.schemaVersion() != SCHEMA_VERSION) {
      throw RefusedException.manifestInvalid(
          "manifest field schemaVersion is not valid: expected " + SCHEMA_VERSION);
    }
  }

  /** A document that is an image to one reader and an index to another is refused. */
  private static void refuse(Optional<?> field, String name, String mediaType)
      throws RefusedException {
    if (field.isPresent()) {
      throw RefusedException.manifestInvalid(
          "manifest field " + name + " does not belong into " + mediaType);
    }
  }

  private static RefusedException missing(String name, String mediaType) {
    return RefusedException.manifestInvalid(
        "manifest field " + name + " is missing: expected it in " + mediaType);
  }

  private static RefusedException schema1() {
    return RefusedException.manifestInvalid(
        "docker manifests of schema 1 are not taken: expected schema 2 or OCI");
  }

  private static String shown(String mediaType) {
    // A character outside of the basic plane is two long before and one behind.
    String printable = mediaType.replaceAll("[^!-~]", "?");
    return printable.substring(0, Math.min(printable.length(), MAX_SHOWN));
  }

  /** References by digest; of two to one content the more demanding counts. */
  private static final class References {
    private final Map<String, ManifestLink> byDigest = new LinkedHashMap<>();

    void add(Entry entry, ManifestLink.Kind kind) {
      boolean optional = entry.hasUrls() || NOT_DISTRIBUTED.matcher(entry.mediaType()).matches();
      byDigest.merge(
          entry.digest().toString(),
          link(entry, kind).setOptional(optional).build(),
          References::stricter);
    }

    private static ManifestLink stricter(ManifestLink first, ManifestLink second) {
      ManifestLink.Kind kind =
          first.getKind() == ManifestLink.Kind.EITHER ? second.getKind() : first.getKind();
      return first.toBuilder()
          .setKind(kind)
          .setOptional(first.getOptional() && second.getOptional())
          .build();
    }
  }
}

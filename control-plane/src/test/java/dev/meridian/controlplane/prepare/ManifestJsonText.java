package dev.meridian.controlplane.prepare;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.MediaTypes;
import java.nio.charset.StandardCharsets;

/** Manifests as clients write them. Strings are in single quotes, to be read more easily. */
final class ManifestJsonText {

  private ManifestJsonText() {}

  static String json(String text) {
    return text.replace('\'', '"');
  }

  static Digest digest(String content) {
    return Digest.of(Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
  }

  static String descriptor(String mediaType, String content) {
    return "{'mediaType':'%s','digest':'%s','size':%d}"
        .formatted(mediaType, digest(content), content.length());
  }

  static String config() {
    return descriptor("application/vnd.oci.image.config.v1+json", "config");
  }

  static String layer(String content) {
    return descriptor("application/vnd.oci.image.layer.v1.tar+gzip", content);
  }

  /** An image with further fields, each with a comma before it. */
  static String image(String layers, String more) {
    return "{'schemaVersion':2,'mediaType':'%s','config':%s,'layers':[%s]%s}"
        .formatted(MediaTypes.OCI_MANIFEST, config(), layers, more);
  }

  static String index(String manifests, String more) {
    return "{'schemaVersion':2,'mediaType':'%s','manifests':[%s]%s}"
        .formatted(MediaTypes.OCI_INDEX, manifests, more);
  }
}

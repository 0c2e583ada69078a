package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.RequestBody;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A manifest's exact bytes. */
public record Manifest(String mediaType, byte[] bytes, Digest digest) {

  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private static Manifest of(String mediaType, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new Manifest(mediaType, bytes, Digest.of(Digest.Algorithm.SHA256, bytes));
  }

  /** An image of a configuration and layers (image-spec, manifest.md). */
  public static Manifest image(Blob config, List<Blob> layers) {
    return image(config, layers, Optional.empty(), "");
  }

  /** An image that refers to a subject, or differs from others by a note. */
  public static Manifest image(
      Blob config, List<Blob> layers, Optional<Descriptor> subject, String note) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]%s,"annotations":{"note":"%s"}}\
        """
            .formatted(
                MediaTypes.OCI_MANIFEST,
                json(descriptor(CONFIG, config)),
                layers.stream()
                    .map(layer -> json(descriptor(LAYER, layer)))
                    .collect(Collectors.joining(",")),
                subject.map(descriptor -> ",\"subject\":" + json(descriptor)).orElse(""),
                note);
    return of(MediaTypes.OCI_MANIFEST, json);
  }

  /** An index of manifests (image-spec, image-index.md). */
  public static Manifest index(List<Descriptor> manifests) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}\
        """
            .formatted(
                MediaTypes.OCI_INDEX,
                manifests.stream().map(Manifest::json).collect(Collectors.joining(",")));
    return of(MediaTypes.OCI_INDEX, json);
  }

  /** An index of nothing, told from others by a note; it needs no blobs. */
  public static Manifest note(String note) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[],"annotations":{"note":"%s"}}\
        """
            .formatted(MediaTypes.OCI_INDEX, note);
    return of(MediaTypes.OCI_INDEX, json);
  }

  /** What others point to this manifest with. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length, "", Map.of());
  }

  /** The bytes as a request sends them. */
  public RequestBody body() {
    return RequestBody.of(bytes);
  }

  private static Descriptor descriptor(String mediaType, Blob blob) {
    return new Descriptor(mediaType, blob.digest(), blob.length(), "", Map.of());
  }

  private static String json(Descriptor descriptor) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }
}

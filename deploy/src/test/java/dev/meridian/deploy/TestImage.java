package dev.meridian.deploy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** An image of one random layer, different for each seed. */
record TestImage(byte[] config, byte[] layer, byte[] manifest) {

  static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

  static TestImage of(long seed, int layerSize) {
    byte[] layer = new byte[layerSize];
    new Random(seed).nextBytes(layer);
    byte[] config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"seed\":" + seed + "}")
            .getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}
        """
            .formatted(MEDIA_TYPE, digest(config), config.length, digest(layer), layer.length);
    return new TestImage(config, layer, manifest.getBytes(StandardCharsets.UTF_8));
  }

  List<byte[]> blobs() {
    return List.of(config, layer);
  }

  /** The digest by which it is pulled. */
  String digest() {
    return digest(manifest);
  }

  static String digest(byte[] content) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}

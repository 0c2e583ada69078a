package dev.meridian.loadtest.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** An image of one layer, made up from a seed: layer, configuration and manifest. */
public record SyntheticImage(Blob config, Blob layer, Manifest manifest) {

  /** The image of a layer's size and a number; equal arguments give equal images. */
  public static SyntheticImage of(SyntheticContent content, long layerSize, long number) {
    Blob layer = content.blob(layerSize, number);
    String json =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(layer.digest());
    Blob config = Blob.of(json.getBytes(StandardCharsets.UTF_8));
    return new SyntheticImage(config, layer, Manifest.image(config, List.of(layer)));
  }

  /** Bytes that move when the whole image is pushed or pulled. */
  public long size() {
    return config.length() + layer.length() + manifest.bytes().length;
  }
}

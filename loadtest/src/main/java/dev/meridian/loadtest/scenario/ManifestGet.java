package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import dev.meridian.model.Reference;
import java.io.IOException;

/** GET of manifests, by tag or by digest. */
final class ManifestGet implements Scenario {

  static final int IMAGES = 16;
  static final LayerSizes LAYERS = LayerSizes.of(new ByteSize(1024));

  @Override
  public String name() {
    return "manifest-get";
  }

  @Override
  public int connections() {
    return 64;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    ImageSet images = site.push("images", LAYERS, IMAGES);
    boolean byDigest = site.settings().byDigest();
    String kind = byDigest ? "get_by_digest" : "get_by_tag";
    return (worker, number) -> {
      Reference reference = images.reference(number, byDigest);
      long bytes =
          worker.client().getManifest(images.repository(), reference, ResponseSink.DISCARD);
      return new Done(kind, bytes);
    };
  }
}

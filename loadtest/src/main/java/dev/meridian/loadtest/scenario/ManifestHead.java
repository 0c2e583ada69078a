package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.Reference;
import java.io.IOException;

/** HEAD of manifests, by tag or by digest: what every pull and every build's cache check does. */
final class ManifestHead implements Scenario {

  @Override
  public String name() {
    return "manifest-head";
  }

  @Override
  public int connections() {
    return 64;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    ImageSet images = site.push("images", ManifestGet.LAYERS, ManifestGet.IMAGES);
    boolean byDigest = site.settings().byDigest();
    String kind = byDigest ? "head_by_digest" : "head_by_tag";
    return (worker, number) -> {
      Reference reference = images.reference(number, byDigest);
      worker.client().headManifest(images.repository(), reference);
      return new Done(kind, 0);
    };
  }
}

package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RepositoryName;

/** Many push small new images into one repository, as build farms do. */
final class SameRepository implements Scenario {

  private static final LayerSizes SMALL = LayerSizes.of(new ByteSize(4096));

  @Override
  public String name() {
    return "same-repo";
  }

  @Override
  public int connections() {
    return 64;
  }

  @Override
  public Workload prepare(Site site) {
    LayerSizes sizes = site.settings().sizes().orElse(SMALL);
    site.warm(sizes);
    RepositoryName repository = site.repository("same");
    return (worker, number) -> {
      SyntheticImage image = site.image(sizes, number);
      site.push(worker.client(), repository, image, Site.tag("p" + number));
      return new Done("push", image.size());
    };
  }
}

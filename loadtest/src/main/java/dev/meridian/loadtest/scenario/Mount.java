package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.Blob;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RepositoryName;
import java.io.IOException;

/** Blobs of one repository are mounted into new ones. */
final class Mount implements Scenario {

  private static final int BLOBS = 16;

  @Override
  public String name() {
    return "mount";
  }

  @Override
  public int connections() {
    return 16;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    LayerSizes sizes = site.settings().sizes().orElse(LayerSizes.of(new ByteSize(65_536)));
    ImageSet images = site.push("mount-source", sizes, BLOBS);
    return (worker, number) -> {
      Blob layer = images.image(number).layer();
      RepositoryName repository = site.repository("mount/r" + number / BLOBS);
      if (!worker.client().mountBlob(repository, layer.digest(), images.repository())) {
        throw new IOException("mount was not done: the registry wants an upload");
      }
      site.leftovers().blob(repository, layer.digest());
      return new Done("mount", 0);
    };
  }
}

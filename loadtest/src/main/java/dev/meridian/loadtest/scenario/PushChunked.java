package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Worker;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.RepositoryName;
import java.io.IOException;

/** New images are pushed, their layers in chunks of 8 MiB, or four chunks if they are small. */
final class PushChunked implements Scenario {

  private static final long LARGEST_CHUNK = 8 << 20;

  @Override
  public String name() {
    return "push-chunked";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) {
    LayerSizes sizes = site.settings().sizes().orElse(Pull.USUAL);
    site.warm(sizes);
    RepositoryName repository = site.repository("chunked");
    return (worker, number) -> push(site, worker, repository, site.image(sizes, number), number);
  }

  private static Done push(
      Site site, Worker worker, RepositoryName repository, SyntheticImage image, long number)
      throws IOException {
    long chunk = Math.clamp((image.layer().length() + 3) / 4, 1, LARGEST_CHUNK);
    worker.client().pushBlobChunked(repository, image.layer(), chunk);
    worker.client().pushBlob(repository, image.config());
    worker.client().putManifest(repository, Site.tag("p" + number), image.manifest());
    site.leftovers().image(repository, image);
    return new Done("push_chunked", image.size());
  }
}

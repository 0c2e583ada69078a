package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import java.io.IOException;

/** Whole images are pulled: manifest, configuration, layer. */
final class Pull implements Scenario {

  static final LayerSizes USUAL = LayerSizes.of(new ByteSize(1_000_000));
  private static final long PREPARED_BYTES = 400_000_000;
  private static final int MOST_PREPARED = 16;

  @Override
  public String name() {
    return "pull";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    ImageSet images = prepareImages(site);
    return (worker, number) -> new Done("pull", images.pull(worker.client(), number));
  }

  /** Whole turns of the sizes, up to 400 MB. */
  static ImageSet prepareImages(Site site) throws IOException {
    LayerSizes sizes = site.settings().sizes().orElse(USUAL);
    int turn = sizes.sizes().size();
    long turns = Math.clamp(PREPARED_BYTES / sizes.sum(), 1, Math.max(1, MOST_PREPARED / turn));
    return site.push("pull", sizes, (int) turns * turn);
  }
}

package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import java.io.IOException;

/** Three pulls, then a push of a new image, and so on. */
final class Mixed implements Scenario {

  private static final int TURN = 4;

  @Override
  public String name() {
    return "mixed";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    LayerSizes sizes = site.settings().sizes().orElse(Pull.USUAL);
    ImageSet images = Pull.prepareImages(site);
    Workload pushes = Push.pushes(site, sizes, "push");
    return (worker, number) ->
        number % TURN == TURN - 1
            ? pushes.perform(worker, number / TURN)
            : new Done("pull", images.pull(worker.client(), number));
  }
}

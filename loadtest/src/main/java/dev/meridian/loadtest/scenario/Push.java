package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.RepositoryName;
import java.util.List;
import java.util.stream.IntStream;

/** New images are pushed into some repositories, blobs in one piece each. */
final class Push implements Scenario {

  private static final int REPOSITORIES = 64;

  @Override
  public String name() {
    return "push";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) {
    LayerSizes sizes = site.settings().sizes().orElse(Pull.USUAL);
    site.warm(sizes);
    return pushes(site, sizes, "push");
  }

  static Workload pushes(Site site, LayerSizes sizes, String kind) {
    List<RepositoryName> repositories =
        IntStream.range(0, REPOSITORIES).mapToObj(i -> site.repository("push/r" + i)).toList();
    return (worker, number) -> {
      RepositoryName repository = repositories.get((int) (number % REPOSITORIES));
      SyntheticImage image = site.image(sizes, number);
      site.push(worker.client(), repository, image, Site.tag("p" + number));
      return new Done(kind, image.size());
    };
  }
}

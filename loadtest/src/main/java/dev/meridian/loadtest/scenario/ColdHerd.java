package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Crew;
import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A new image is pushed at the target's first address; then a herd of clients (16 unless told
 * otherwise) pulls its layer at the second at the same moment. Each client's pull is a step.
 */
final class ColdHerd implements Scenario {

  private static final int USUAL_HERD = 16;

  @Override
  public String name() {
    return "cold-herd";
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public int addresses() {
    return 2;
  }

  @Override
  public Workload prepare(Site site) {
    LayerSizes sizes = site.settings().sizes().orElse(LayerSizes.of(new ByteSize(10_000_000)));
    int herd = site.settings().count().orElse(USUAL_HERD);
    site.warm(sizes);
    RepositoryName repository = site.repository("herd");
    return (worker, number) -> {
      SyntheticImage image = site.image(sizes, number);
      site.push(worker.client(), repository, image, Site.tag("p" + number));
      ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
      new Crew(elsewhere(worker.target()), herd, Progress.NONE)
          .forEach("herd", herd, (client, i) -> times.add(pull(client, repository, image)));
      times.forEach(nanos -> worker.recorder().step("cold_pull", nanos));
      return new Done("push_and_herd", (herd + 1) * image.size());
    };
  }

  private static Target elsewhere(Target target) {
    return new Target(
        target.name(),
        target.origins().subList(1, target.origins().size()),
        target.authorizer(),
        target.pids());
  }

  private static long pull(OciClient client, RepositoryName repository, SyntheticImage image)
      throws IOException {
    long start = System.nanoTime();
    ImageSet.pullBlob(client, repository, image.layer().digest(), image.layer().length());
    return System.nanoTime() - start;
  }
}

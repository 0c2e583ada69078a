package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Worker;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.RefusedException;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.ByteSize;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

/**
 * A tag is moved by a push at the target's first address and pulled at the second as soon as the
 * push was acknowledged. Counts how often the second did not show the new image at once, and takes
 * the time until it did.
 */
final class Geo implements Scenario {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int THERE = 1;

  @Override
  public String name() {
    return "geo";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public int addresses() {
    return 2;
  }

  @Override
  public Workload prepare(Site site) {
    LayerSizes sizes = site.settings().sizes().orElse(LayerSizes.of(new ByteSize(65_536)));
    site.warm(sizes);
    RepositoryName repository = site.repository("geo");
    return (worker, number) -> {
      Reference tag = Site.tag("w" + worker.id());
      SyntheticImage image = site.image(sizes, number);
      long start = System.nanoTime();
      site.push(worker.client(), repository, image, tag);
      long acknowledged = System.nanoTime();
      worker.recorder().step("push", acknowledged - start);
      awaitTag(worker, repository, tag, image.manifest().digest(), acknowledged);
      pullBlobs(worker.client(THERE), repository, image);
      worker.recorder().step("pull_elsewhere", System.nanoTime() - acknowledged);
      return new Done("push_and_pull", 2 * image.size());
    };
  }

  private static void awaitTag(
      Worker worker, RepositoryName repository, Reference tag, Digest expected, long acknowledged)
      throws IOException {
    worker.recorder().event("reads_after_push");
    boolean fresh = shows(worker.client(THERE), repository, tag, expected);
    if (!fresh) {
      worker.recorder().event("stale_reads");
    }
    while (!fresh) {
      if (System.nanoTime() - acknowledged > PATIENCE.toNanos()) {
        throw new IOException("an acknowledged push was not visible elsewhere after " + PATIENCE);
      }
      fresh = shows(worker.client(THERE), repository, tag, expected);
    }
    worker.recorder().step("visible_elsewhere", System.nanoTime() - acknowledged);
  }

  private static boolean shows(
      OciClient client, RepositoryName repository, Reference tag, Digest expected)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      client.getManifest(repository, tag, bytes::write);
    } catch (RefusedException e) {
      if (e.status() != 404) {
        throw e;
      }
      return false;
    }
    return Digest.of(Digest.Algorithm.SHA256, bytes.toByteArray()).equals(expected);
  }

  private static void pullBlobs(OciClient client, RepositoryName repository, SyntheticImage image)
      throws IOException {
    ImageSet.pullBlob(client, repository, image.config().digest(), image.config().length());
    ImageSet.pullBlob(client, repository, image.layer().digest(), image.layer().length());
  }
}

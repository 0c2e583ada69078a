package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.RepositoryName;
import java.io.IOException;

/** Pages of 100 tags out of many (100,000 unless told otherwise) of one repository. */
final class Tags implements Scenario {

  private static final int USUAL_COUNT = 100_000;

  @Override
  public String name() {
    return "tags";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    int count = site.settings().count().orElse(USUAL_COUNT);
    ImageSet images = site.push("tagged", ManifestGet.LAYERS, 1);
    RepositoryName repository = images.repository();
    site.crew()
        .forEach(
            "tags",
            count,
            (client, i) ->
                client.putManifest(
                    repository, Site.tag(Listing.name(i)), images.image(0).manifest()));
    Listing listing = new Listing(site.settings().seed(), count);
    Listing.PageReader reader =
        (client, last, sink) -> client.tags(repository, Listing.PAGE, last, sink);
    listing.check(site, reader, "");
    return (worker, number) -> {
      String last = Listing.name(listing.start(number));
      return new Done("page", reader.read(worker.client(), last, ResponseSink.DISCARD));
    };
  }
}

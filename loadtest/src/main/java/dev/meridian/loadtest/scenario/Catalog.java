package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.Blob;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.util.List;

/** Pages of 100 repositories out of many (20,000 unless told otherwise). */
final class Catalog implements Scenario {

  private static final int USUAL_COUNT = 20_000;
  private static final String PREFIX = "catalog/";

  @Override
  public String name() {
    return "catalog";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    int count = site.settings().count().orElse(USUAL_COUNT);
    Blob config = site.push("catalog-source", ManifestGet.LAYERS, 1).image(0).config();
    RepositoryName source = site.repository("catalog-source");
    site.crew()
        .forEach(
            "repositories",
            count,
            (client, i) -> fill(site, client, source, config, PREFIX + Listing.name(i)));
    Listing listing = new Listing(site.settings().seed(), count);
    String prefix = site.repository(PREFIX + "x").toString().replaceAll("x$", "");
    Listing.PageReader reader = (client, last, sink) -> client.catalog(Listing.PAGE, last, sink);
    listing.check(site, reader, prefix);
    return (worker, number) -> {
      String last = prefix + Listing.name(listing.start(number));
      return new Done("page", reader.read(worker.client(), last, ResponseSink.DISCARD));
    };
  }

  /** The smallest image: its configuration is its layer too, and mounted where that works. */
  private static void fill(
      Site site, OciClient client, RepositoryName source, Blob config, String name)
      throws IOException {
    RepositoryName repository = site.repository(name);
    if (!client.mountBlob(repository, config.digest(), source)) {
      client.pushBlob(repository, config);
    }
    Manifest manifest = Manifest.image(config, List.of(config));
    client.putManifest(repository, Site.tag("latest"), manifest);
    site.leftovers().manifest(repository, manifest.digest());
    site.leftovers().blob(repository, config.digest());
  }
}

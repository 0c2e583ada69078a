package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.ClusterPlan;
import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.measure.ProcessMemory;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Fills a cluster through its public API, and measures how it behaves when it holds so much. */
public record ScaleRun(ClusterPlan plan, ScaleSettings settings, Progress progress) {

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final double NANOS_PER_MS = 1e6;

  /** A server as it was when it had been filled. */
  private record Filled(Place place, ProcessMemory memory, DiskUse disk) {}

  /**
   * Fills and measures.
   *
   * @throws IOException when a region does not start or serve again, or a request fails
   */
  public ScaleReport run() throws IOException {
    progress.show("start", 0);
    Instant started = Instant.now();
    try (MeridianCluster cluster = MeridianCluster.startDirect(plan)) {
      ScaleReport.Load load = load(cluster);
      List<ScaleReport.Pages> pages = new ArrayList<>();
      for (Place place : Place.of(cluster).stream().limit(2).toList()) {
        pages.addAll(pages(place, Listing.tags(settings.tags())));
        pages.addAll(pages(place, Listing.catalog(settings.repositories())));
      }
      List<Filled> filled = filled(cluster);
      // A snapshot would spare servers that start what they have to apply again.
      List<ScaleReport.Restart> restarts = new Restarts(cluster, progress).measure();
      List<ScaleReport.Server> servers = new ArrayList<>();
      for (Filled each : filled) {
        servers.add(snapshot(cluster, each));
      }
      return ScaleReport.of(plan, settings, started, load, pages, servers, restarts);
    }
  }

  private ScaleReport.Load load(MeridianCluster cluster) throws IOException {
    Content content = new Content(settings);
    Loader loader =
        new Loader(
            cluster.servers().stream().map(RegionServer::origin).toList(),
            settings.connections(),
            progress);
    loader.forEach("blobs", 1, (client, number) -> content.writeBlobs(client));
    List<ScaleReport.Step> steps =
        List.of(
            step(loader, "repositories", settings.otherRepositories(), content::writeRepository),
            step(loader, "tagged manifests", settings.taggedManifests(), content::writeTags),
            step(loader, "manifests", settings.otherManifests(), content::writeManifest));
    return ScaleReport.Load.of(steps, settings, loader.repetitions());
  }

  private static ScaleReport.Step step(Loader loader, String what, int count, Loader.Task task)
      throws IOException {
    return ScaleReport.Step.of(what, count, loader.forEach(what, count, task));
  }

  /** As many requests as there are samples go before, and do not count. */
  private List<ScaleReport.Pages> pages(Place place, Listing listing) throws IOException {
    List<ScaleReport.Pages> measured = new ArrayList<>();
    Authorizer nobody = new Authorizer(Optional.empty());
    try (OciClient client = new OciClient(place.server().origin(), nobody)) {
      for (Listing.Page page : listing.pages()) {
        String what =
            "%s page of %s at the %s".formatted(page.name(), listing.name(), place.name());
        Histogram nanos = new Histogram(SIGNIFICANT_DIGITS);
        for (int i = -settings.samples(); i < settings.samples(); i++) {
          long took = listing.read(client, page);
          if (i >= 0) {
            nanos.recordValue(took);
            progress.show(what, (double) i / settings.samples());
          }
        }
        measured.add(ScaleReport.Pages.of(listing.name(), page.name(), place.name(), nanos));
      }
    }
    return measured;
  }

  private List<Filled> filled(MeridianCluster cluster) throws IOException {
    List<Filled> filled = new ArrayList<>();
    for (Place place : Place.of(cluster)) {
      RegionServer server = place.server();
      filled.add(
          new Filled(
              place, ProcessMemory.of(server.pid()), DiskUse.of(plan.data(server.region()))));
    }
    return filled;
  }

  private ScaleReport.Server snapshot(MeridianCluster cluster, Filled filled) throws IOException {
    RegionServer server = filled.place().server();
    progress.show("snapshot of " + server.region(), 0);
    long start = System.nanoTime();
    cluster.takeSnapshot(server);
    long end = System.nanoTime();
    return new ScaleReport.Server(
        server.region(),
        filled.place().name(),
        filled.memory(),
        filled.disk(),
        (end - start) / NANOS_PER_MS);
  }
}

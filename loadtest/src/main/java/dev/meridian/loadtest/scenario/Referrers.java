package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.loadtest.site.Site;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * What refers to an image (100 artifacts unless told otherwise) is listed. A registry without the
 * referrers API is asked for the referrers tag instead, as clients do ("Referrers Tag Schema").
 */
final class Referrers implements Scenario {

  private static final int USUAL_COUNT = 100;

  @Override
  public String name() {
    return "referrers";
  }

  @Override
  public int connections() {
    return 16;
  }

  @Override
  public Workload prepare(Site site) throws IOException {
    int count = site.settings().count().orElse(USUAL_COUNT);
    ImageSet images = site.push("referred", ManifestGet.LAYERS, 1);
    SyntheticImage subject = images.image(0);
    RepositoryName repository = images.repository();
    Digest digest = subject.manifest().digest();
    List<Manifest> artifacts =
        IntStream.range(0, count).mapToObj(i -> artifact(subject, i)).toList();
    if (pushAll(site, repository, artifacts)) {
      return (worker, number) ->
          new Done(
              "referrers", worker.client().referrers(repository, digest, ResponseSink.DISCARD));
    }
    site.note("has no referrers API: the referrers tag is read instead");
    Reference tag = Site.tag(digest.toString().replace(':', '-'));
    pushIndex(site, repository, artifacts, tag);
    return (worker, number) ->
        new Done("referrers", worker.client().getManifest(repository, tag, ResponseSink.DISCARD));
  }

  private static Manifest artifact(SyntheticImage subject, int number) {
    return Manifest.image(
        subject.config(),
        List.of(subject.layer()),
        Optional.of(subject.manifest().descriptor()),
        "referrer " + number);
  }

  /** Whether the registry lists referrers by itself. */
  private static boolean pushAll(Site site, RepositoryName repository, List<Manifest> artifacts)
      throws IOException {
    AtomicBoolean listed = new AtomicBoolean(true);
    site.crew()
        .forEach(
            "referrers",
            artifacts.size(),
            (client, i) -> {
              Manifest artifact = artifacts.get(i);
              Reference reference = new Reference.ByDigest(artifact.digest());
              if (!client.putManifest(repository, reference, artifact)) {
                listed.set(false);
              }
              site.leftovers().manifest(repository, artifact.digest());
            });
    return listed.get();
  }

  private static void pushIndex(
      Site site, RepositoryName repository, List<Manifest> artifacts, Reference tag)
      throws IOException {
    Manifest index = Manifest.index(artifacts.stream().map(Manifest::descriptor).toList());
    site.crew()
        .forEach("referrers tag", 1, (client, i) -> client.putManifest(repository, tag, index));
    site.leftovers().manifest(repository, index.digest());
  }
}

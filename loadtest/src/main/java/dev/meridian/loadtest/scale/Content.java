package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.oci.Blob;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticContent;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What a cluster is filled with. The first repository has all numbered tags, and the blobs, which
 * the others mount from it; each of these has a tag {@code latest}. Manifests are of images that
 * share their blobs and differ by an annotation. Names sort as their numbers do. Writing the same
 * twice does no harm. May be used by several threads.
 */
final class Content {

  private static final int LAYER_SIZE = 64 << 10;
  private static final Reference LATEST = new Reference.ByTag(TagName.parse("latest"));

  private final ScaleSettings settings;
  private final Blob config;
  private final Blob layer;

  Content(ScaleSettings settings) {
    this.settings = settings;
    SyntheticImage image =
        SyntheticImage.of(new SyntheticContent(settings.seed()), LAYER_SIZE, settings.seed());
    this.config = image.config();
    this.layer = image.layer();
  }

  ScaleSettings settings() {
    return settings;
  }

  /** A repository by its number; the first has the tags. */
  static RepositoryName repository(int number) {
    return RepositoryName.parse("scale/r%010d".formatted(number));
  }

  /** A tag of the first repository by its number. */
  static TagName tag(int number) {
    return TagName.parse("v%010d".formatted(number));
  }

  /** Writes the blobs, which belong to all images, to the first repository. */
  void writeBlobs(OciClient client) throws IOException {
    client.pushBlob(repository(0), config);
    client.pushBlob(repository(0), layer);
  }

  /** Begins a repository other than the first, and gives it its first manifest. */
  void writeRepository(OciClient client, int number) throws IOException {
    RepositoryName repository = repository(1 + number);
    for (Blob blob : List.of(config, layer)) {
      if (!client.mountBlob(repository, blob.digest(), repository(0))) {
        throw new IOException("a mount was not done: the registry wants an upload");
      }
    }
    client.putManifest(repository, LATEST, image("first manifest of " + repository));
  }

  /** Writes a manifest with tags to the first repository. */
  void writeTags(OciClient client, int number) throws IOException {
    int first = number * ScaleSettings.TAGS_OF_A_MANIFEST;
    int count = Math.min(settings.tags() - first, ScaleSettings.TAGS_OF_A_MANIFEST);
    client.putManifest(
        repository(0),
        IntStream.range(first, first + count).mapToObj(Content::tag).toList(),
        image("tagged manifest " + number));
  }

  /** Writes a manifest without a tag to some repository, other than the first if there are any. */
  void writeManifest(OciClient client, int number) throws IOException {
    int others = settings.otherRepositories();
    SplittableRandom random = new SplittableRandom(settings.seed() ^ Long.reverse(number));
    RepositoryName repository = repository(others == 0 ? 0 : 1 + random.nextInt(others));
    Manifest manifest = image("manifest " + number);
    client.putManifest(repository, new Reference.ByDigest(manifest.digest()), manifest);
  }

  private Manifest image(String note) {
    return Manifest.image(config, List.of(layer), Optional.empty(), note);
  }
}

package dev.meridian.loadtest.site;

import dev.meridian.loadtest.measure.Crew;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticContent;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** A scenario's place at one target: its repositories, its content, what it leaves behind. */
public final class Site {

  // Content that is there before the measurement shall differ from what is pushed during it.
  private static final long FIRST_PREPARED = 1L << 40;

  private final ScenarioSettings settings;
  private final SyntheticContent content;
  private final Crew crew;
  private final Leftovers leftovers = new Leftovers();
  private final List<String> notes = new CopyOnWriteArrayList<>();

  /** A site whose repositories are named after the seed. */
  public Site(ScenarioSettings settings, SyntheticContent content, Crew crew) {
    this.settings = settings;
    this.content = content;
    this.crew = crew;
  }

  /** What the command line says of the work. */
  public ScenarioSettings settings() {
    return settings;
  }

  /** Does many small things at the target. */
  public Crew crew() {
    return crew;
  }

  /** What is to be deleted at the end. */
  public Leftovers leftovers() {
    return leftovers;
  }

  /** What a reader of the report should know of this target. */
  public List<String> notes() {
    return notes;
  }

  /** Adds a note for the report. */
  public void note(String note) {
    notes.add(note);
  }

  /** A repository of this run. */
  public RepositoryName repository(String name) {
    return RepositoryName.parse("loadtest/" + Long.toHexString(settings.seed()) + "/" + name);
  }

  /** A tag as a reference. */
  public static Reference tag(String name) {
    return new Reference.ByTag(TagName.parse(name));
  }

  /** An image for the measurement; each number's is another. */
  public SyntheticImage image(LayerSizes sizes, long number) {
    return SyntheticImage.of(content, sizes.of(number), number);
  }

  /** Takes what is costly of these sizes' content beforehand. */
  public void warm(LayerSizes sizes) {
    sizes.sizes().forEach(size -> content.blob(size, 0));
  }

  /** Pushes a set of images, tagged {@code i0} and so on, that stay for the whole run. */
  public ImageSet push(String repository, LayerSizes sizes, int count) throws IOException {
    RepositoryName name = repository(repository);
    List<SyntheticImage> images =
        IntStream.range(0, count)
            .mapToObj(i -> SyntheticImage.of(content, sizes.of(i), FIRST_PREPARED + i))
            .toList();
    ImageSet set = new ImageSet(name, images);
    crew.forEach(
        "push of images", count, (client, i) -> push(client, name, images.get(i), set.tag(i)));
    return set;
  }

  /** Pushes an image, layer first, as clients do, and notes it down for deletion. */
  public void push(OciClient client, RepositoryName repository, SyntheticImage image, Reference tag)
      throws IOException {
    client.pushBlob(repository, image.layer());
    client.pushBlob(repository, image.config());
    client.putManifest(repository, tag, image.manifest());
    leftovers.image(repository, image);
  }
}

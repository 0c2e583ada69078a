package dev.meridian.loadtest.site;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** Images of one repository that are there to be read. */
public final class ImageSet {

  private final RepositoryName repository;
  private final List<SyntheticImage> images;
  private final List<Reference> tags;
  private final List<Reference> digests;

  ImageSet(RepositoryName repository, List<SyntheticImage> images) {
    this.repository = repository;
    this.images = List.copyOf(images);
    this.tags = IntStream.range(0, images.size()).mapToObj(i -> Site.tag("i" + i)).toList();
    this.digests =
        images.stream()
            .<Reference>map(image -> new Reference.ByDigest(image.manifest().digest()))
            .toList();
  }

  /** Where the images are. */
  public RepositoryName repository() {
    return repository;
  }

  Reference tag(long number) {
    return tags.get(index(number));
  }

  /** What names an image: its tag or its digest. */
  public Reference reference(long number, boolean byDigest) {
    return (byDigest ? digests : tags).get(index(number));
  }

  /** One of the images; numbers go round. */
  public SyntheticImage image(long number) {
    return images.get(index(number));
  }

  /** Pulls as clients do: manifest by tag, configuration, layer. Gives the number of bytes. */
  public long pull(OciClient client, long number) throws IOException {
    SyntheticImage image = image(number);
    client.getManifest(repository, tag(number), ResponseSink.DISCARD);
    pullBlob(client, repository, image.config().digest(), image.config().length());
    pullBlob(client, repository, image.layer().digest(), image.layer().length());
    return image.size();
  }

  /** Reads a blob and checks its length. */
  public static void pullBlob(
      OciClient client, RepositoryName repository, Digest digest, long length) throws IOException {
    long received = client.getBlob(repository, digest, ResponseSink.DISCARD);
    if (received != length) {
      throw new IOException("a blob came with another length than it was pushed with");
    }
  }

  private int index(long number) {
    return (int) (number % images.size());
  }
}

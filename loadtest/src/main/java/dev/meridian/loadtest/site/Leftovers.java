package dev.meridian.loadtest.site;

import dev.meridian.loadtest.measure.Crew;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.RefusedException;
import dev.meridian.loadtest.oci.SyntheticImage;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What a run has put into a registry and takes out again. */
public final class Leftovers {

  private record Item(RepositoryName repository, Digest digest) {}

  private final ConcurrentLinkedQueue<Item> manifests = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Item> blobs = new ConcurrentLinkedQueue<>();

  /** Notes a manifest. */
  public void manifest(RepositoryName repository, Digest digest) {
    manifests.add(new Item(repository, digest));
  }

  /** Notes a blob. */
  public void blob(RepositoryName repository, Digest digest) {
    blobs.add(new Item(repository, digest));
  }

  /** Notes all of an image. */
  public void image(RepositoryName repository, SyntheticImage image) {
    manifest(repository, image.manifest().digest());
    blob(repository, image.config().digest());
    blob(repository, image.layer().digest());
  }

  /**
   * Deletes manifests, the latest first, then blobs.
   *
   * @return what could not be deleted and why; empty when all is gone
   * @throws IOException when the registry cannot be reached
   */
  public Optional<String> delete(Crew crew) throws IOException {
    AtomicLong refused = new AtomicLong();
    List<String> reasons = new ArrayList<>();
    List<Item> latestFirst = new ArrayList<>(new LinkedHashSet<>(manifests)).reversed();
    delete(crew, "deletion of manifests", latestFirst, refused, reasons, Leftovers::deleteManifest);
    List<Item> rest = new ArrayList<>(new LinkedHashSet<>(blobs));
    delete(crew, "deletion of blobs", rest, refused, reasons, Leftovers::deleteBlob);
    return refused.get() == 0
        ? Optional.empty()
        : Optional.of(
            refused + " manifests and blobs could not be deleted, first: " + reasons.getFirst());
  }

  @FunctionalInterface
  private interface Deletion {
    void perform(OciClient client, Item item) throws IOException;
  }

  private static void delete(
      Crew crew,
      String what,
      List<Item> items,
      AtomicLong refused,
      List<String> reasons,
      Deletion deletion)
      throws IOException {
    crew.forEach(
        what,
        items.size(),
        (client, i) -> {
          try {
            deletion.perform(client, items.get(i));
          } catch (RefusedException e) {
            if (refused.getAndIncrement() == 0) {
              reasons.add(e.getMessage());
            }
          }
        });
  }

  private static void deleteManifest(OciClient client, Item item) throws IOException {
    client.deleteManifest(item.repository, new Reference.ByDigest(item.digest));
  }

  private static void deleteBlob(OciClient client, Item item) throws IOException {
    client.deleteBlob(item.repository, item.digest);
  }
}

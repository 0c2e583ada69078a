package dev.meridian.node.sweep;

import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectListing;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.routing.OwnerSelector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what a crash left in a region's storage: objects of closed hours that the metadata plane
 * does not know are doomed, sessions of closed hours are aborted. An hour is closed when no upload
 * that began in it can be committed any more.
 *
 * <p>Hours that have closed since the last run come first; then a cursor goes back from the newest
 * to the first hour, some hours a run, and begins again. Not thread-safe.
 */
final class OrphanSweep {

  private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);
  private static final int BATCH = 500;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final RegionId region;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final OwnerSelector owners;
  private final SweepSettings settings;
  private long newest = -1;
  private long cursor = -1;

  OrphanSweep(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      OwnerSelector owners,
      SweepSettings settings) {
    this.region = region;
    this.metadata = metadata;
    this.store = store;
    this.owners = owners;
    this.settings = settings;
  }

  /**
   * Looks through some hours.
   *
   * @return how many objects were doomed and sessions aborted
   * @throws BlobStoreException when storage fails; the hour is looked through again
   */
  int run() {
    long closed = newestClosedHour();
    int found = 0;
    while (newest >= 0 && newest < closed) {
      found += sweep(newest + 1);
      newest++;
    }
    newest = closed;
    for (int i = 0; i < settings.hoursPerSweep() && i <= closed; i++) {
      long hour = cursor < 0 ? closed : cursor;
      found += sweep(hour);
      cursor = hour - 1;
    }
    return found;
  }

  /** One hour more than needed, since nodes carry cluster time on by themselves. */
  private long newestClosedHour() {
    return (metadata.clusterTimeMillis() - settings.longestSession().toMillis()) / HOUR - 2;
  }

  private int sweep(long hour) {
    String prefix = ObjectKeys.hourPrefix(hour * HOUR);
    if (!owners.owns(prefix)) {
      return 0;
    }
    int found = 0;
    Optional<String> after = Optional.empty();
    boolean more = true;
    while (more) {
      ObjectListing page = store.list(prefix, after, BATCH);
      found += doomUnknown(page.objects());
      for (UploadState session : page.unfinished()) {
        found += abort(session);
      }
      Optional<String> last = lastKey(page);
      more = page.more() && last.isPresent();
      after = last;
    }
    return found;
  }

  private static Optional<String> lastKey(ObjectListing page) {
    return Stream.concat(page.objects().stream(), page.unfinished().stream().map(UploadState::key))
        .max(String::compareTo);
  }

  private int doomUnknown(List<String> keys) {
    List<String> orphans = keys.isEmpty() ? keys : metadata.findOrphans(region, keys);
    doom(orphans);
    return orphans.size();
  }

  private int abort(UploadState session) {
    try (ObjectUpload upload = store.resume(store.recover(session))) {
      upload.abort();
      doom(upload.leftovers());
      return 1;
    } catch (UploadConflictException e) {
      LOG.info("session {} is in use though it cannot be committed any more", session.key());
      return 0;
    } catch (BlobStoreException e) {
      if (e.kind() == BlobStoreException.Kind.NOT_FOUND) {
        // Another node was faster.
        return 0;
      }
      throw e;
    }
  }

  private void doom(List<String> keys) {
    if (!keys.isEmpty()) {
      metadata.execute(Caller.NODE, new MetadataCommand.DoomObjects(region, keys));
    }
  }
}

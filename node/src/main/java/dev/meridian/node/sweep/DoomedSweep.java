package dev.meridian.node.sweep;

import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.Page;
import dev.meridian.node.routing.OwnerSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes the doomed objects of a region whose grace is over, and confirms it. When the node dies
 * between the two, the object is deleted once more, which is no error.
 */
final class DoomedSweep {

  private static final int BATCH = 500;

  private final RegionId region;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final OwnerSelector owners;
  private final Duration grace;

  DoomedSweep(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      OwnerSelector owners,
      Duration grace) {
    this.region = region;
    this.metadata = metadata;
    this.store = store;
    this.owners = owners;
    this.grace = grace;
  }

  /**
   * Deletes those that are this node's share.
   *
   * @return how many
   * @throws dev.meridian.node.blobs.BlobStoreException when storage fails; what was deleted before
   *     is confirmed
   */
  int run() {
    int deleted = 0;
    Optional<String> last = Optional.empty();
    boolean more = true;
    while (more) {
      Page<String> page = metadata.listDoomed(region, grace, last, BATCH);
      deleted += delete(page.items().stream().filter(owners::owns).toList());
      more = page.more() && !page.items().isEmpty();
      last = page.items().isEmpty() ? last : Optional.of(page.items().getLast());
    }
    return deleted;
  }

  private int delete(List<String> keys) {
    List<String> deleted = new ArrayList<>();
    try {
      for (String key : keys) {
        store.delete(key);
        deleted.add(key);
      }
    } finally {
      if (!deleted.isEmpty()) {
        metadata.execute(Caller.NODE, new MetadataCommand.ConfirmDeletions(region, deleted));
      }
    }
    return deleted.size();
  }
}

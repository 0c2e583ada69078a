package dev.meridian.node.blobs.s3;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tags of parts that this node uploaded, by upload id, so that a session that stays on one node
 * asks storage for nothing. The sessions used least recently give way.
 */
final class PartTagsCache {

  private final int most;
  private final Map<String, PartTags> byUpload = new LinkedHashMap<>(16, 0.75f, true);
  private int count;

  /**
   * @param most tags of all uploads together
   */
  PartTagsCache(int most) {
    this.most = most;
  }

  synchronized Optional<PartTags> get(String uploadId) {
    return Optional.ofNullable(byUpload.get(uploadId));
  }

  synchronized void put(String uploadId, PartTags tags) {
    remove(uploadId);
    byUpload.put(uploadId, tags);
    count += tags.count();
    Iterator<PartTags> eldest = byUpload.values().iterator();
    while (count > most && eldest.hasNext()) {
      count -= eldest.next().count();
      eldest.remove();
    }
  }

  synchronized void remove(String uploadId) {
    PartTags removed = byUpload.remove(uploadId);
    count -= removed == null ? 0 : removed.count();
  }
}

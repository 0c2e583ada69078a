package dev.meridian.node.blobs;

import java.util.List;

/**
 * A completed object.
 *
 * @param size in bytes
 * @param leftovers those of {@link ObjectUpload#leftovers}
 */
public record StoredObject(String key, long size, List<String> leftovers) {

  public StoredObject {
    leftovers = List.copyOf(leftovers);
  }
}

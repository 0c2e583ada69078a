package dev.meridian.node.blobs;

import java.util.List;

/**
 * A completed object.
 *
 * @param size in bytes
 * @param leftovers keys of completed objects that the session wrote on its way and no longer needs;
 *     the caller dooms them
 */
public record StoredObject(String key, long size, List<String> leftovers) {

  public StoredObject {
    leftovers = List.copyOf(leftovers);
  }
}

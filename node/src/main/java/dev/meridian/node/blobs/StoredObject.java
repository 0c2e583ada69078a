package dev.meridian.node.blobs;

import java.util.List;
import java.util.Optional;

/**
 * A completed object.
 *
 * @param size in bytes
 * @param leftovers those of {@link ObjectUpload#leftovers}
 * @param file all of it as it was completed, where it is a local file
 */
public record StoredObject(
    String key, long size, List<String> leftovers, Optional<BlobBody.FileBody> file) {

  public StoredObject {
    leftovers = List.copyOf(leftovers);
  }

  /** One that is no local file, or was completed earlier. */
  public StoredObject(String key, long size, List<String> leftovers) {
    this(key, size, leftovers, Optional.empty());
  }
}

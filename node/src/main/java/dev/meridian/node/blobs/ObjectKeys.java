package dev.meridian.node.blobs;

import java.time.Duration;
import java.util.UUID;

/**
 * The layout of object storage:
 *
 * <pre>
 *   objects/&lt;hour&gt;/&lt;random&gt;   a blob; hour = cluster hour in which its upload began, 8 hex digits
 * </pre>
 *
 * Keys are unique to an upload and never reused, so that a delayed delete can never hit a newer
 * object.
 */
public final class ObjectKeys {

  private static final String ROOT = "objects/";

  private ObjectKeys() {}

  /** A new key for an upload that begins at this cluster time. */
  public static String create(long clusterTimeMillis) {
    return hourPrefix(clusterTimeMillis) + UUID.randomUUID().toString().replace("-", "");
  }

  /** What all keys of the hour of this cluster time begin with. */
  public static String hourPrefix(long clusterTimeMillis) {
    return String.format(ROOT + "%08x/", clusterTimeMillis / Duration.ofHours(1).toMillis());
  }
}

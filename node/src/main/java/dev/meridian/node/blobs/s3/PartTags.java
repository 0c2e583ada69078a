package dev.meridian.node.blobs.s3;

import dev.meridian.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The entity tags of parts 1, 2, 3, ... of a multipart upload. S3 completes an upload only with the
 * tags of the parts that it holds, so that whoever has the tags knows the bytes.
 */
record PartTags(List<String> tags) {

  static final PartTags NONE = new PartTags(List.of());

  private static final int HASH_BYTES = 16;

  PartTags {
    tags = List.copyOf(tags);
  }

  int count() {
    return tags.size();
  }

  PartTags plus(String tag) {
    List<String> more = new ArrayList<>(tags);
    more.add(tag);
    return new PartTags(more);
  }

  /** A hash over all tags in their order, short enough for a token. */
  byte[] hash() {
    MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
    for (String tag : tags) {
      hash.update(tag.getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
    }
    return Arrays.copyOf(hash.digest(), HASH_BYTES);
  }

  /** The tag that S3 gives the object of these parts; empty when parts' tags are not their MD5. */
  Optional<String> ofObject() {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      for (String tag : tags) {
        if (!tag.matches("[0-9a-f]{32}")) {
          return Optional.empty();
        }
        md5.update(HexFormat.of().parseHex(tag));
      }
      return Optional.of(HexFormat.of().formatHex(md5.digest()) + "-" + tags.size());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /**
   * Tags of parts that this node uploaded, by upload id, so that a session that stays on one node
   * asks storage for nothing. The sessions used least recently give way.
   */
  static final class Cache {

    private final int most;
    private final Map<String, PartTags> byUpload = new LinkedHashMap<>(16, 0.75f, true);
    private int count;

    /**
     * @param most tags of all uploads together
     */
    Cache(int most) {
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
}

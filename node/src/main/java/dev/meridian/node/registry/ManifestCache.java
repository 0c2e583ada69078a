package dev.meridian.node.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.model.ByteSize;
import dev.meridian.model.Digest;
import java.util.Optional;

/**
 * The bytes of manifests by digest, bounded in bytes. Whether a repository has the manifest is
 * never cached: that is asked of metadata on every request.
 */
final class ManifestCache {

  private final Cache<Digest, byte[]> contents;

  ManifestCache(ByteSize limit) {
    contents =
        Caffeine.newBuilder()
            .maximumWeight(limit.bytes())
            .weigher((Digest digest, byte[] content) -> content.length + 256)
            .build();
  }

  /** The bytes, not to be changed. */
  Optional<byte[]> get(Digest digest) {
    return Optional.ofNullable(contents.getIfPresent(digest));
  }

  /**
   * Keeps the bytes of a manifest.
   *
   * @throws IllegalStateException when they are not those of the digest
   */
  byte[] put(Digest digest, byte[] content) {
    if (!Digest.of(digest.algorithm(), content).equals(digest)) {
      throw new IllegalStateException("metadata holds other bytes than " + digest);
    }
    contents.put(digest, content);
    return content;
  }
}

package dev.meridian.node.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.model.Digest;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.UploadState;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;

/**
 * What this node remembers of the upload sessions that it served: running hashes, and which ended.
 * Bounded; to forget costs time and never correctness.
 */
final class SessionMemory {

  private static final long SESSIONS = 10_000;
  private static final Duration KEPT = Duration.ofHours(1);

  private record Hash(UploadState taken, Digest.Algorithm algorithm, MessageDigest state) {}

  private final Cache<UploadId, Hash> hashes =
      Caffeine.newBuilder().maximumSize(SESSIONS).expireAfterWrite(KEPT).build();
  private final Cache<UploadId, Boolean> ended =
      Caffeine.newBuilder().maximumSize(SESSIONS).expireAfterWrite(KEPT).build();

  /**
   * The hash over all bytes of the session so far, for the caller to go on with, if it is known.
   */
  Optional<MessageDigest> hash(UploadToken token, Digest.Algorithm algorithm) {
    if (token.state().length() == 0) {
      return Optional.of(algorithm.newMessageDigest());
    }
    return Optional.ofNullable(hashes.getIfPresent(token.id()))
        .filter(hash -> hash.taken().equals(token.state()) && hash.algorithm() == algorithm)
        .map(hash -> copy(hash.state()));
  }

  /** Keeps the hash over all bytes of the session so far. */
  void keep(UploadToken token, MessageDigest hash) {
    hashes.put(token.id(), new Hash(token.state(), token.algorithm(), copy(hash)));
  }

  /** The session was completed or cancelled. */
  void end(UploadId id) {
    hashes.invalidate(id);
    ended.put(id, true);
  }

  boolean hasEnded(UploadId id) {
    return ended.getIfPresent(id) != null;
  }

  /** What {@code hash} has taken so far, as a digest; it can go on afterwards. */
  static Digest soFar(Digest.Algorithm algorithm, MessageDigest hash) {
    return Digest.ofHash(algorithm, copy(hash).digest());
  }

  private static MessageDigest copy(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(
          "the platform's " + hash.getAlgorithm() + " can be cloned", e);
    }
  }
}

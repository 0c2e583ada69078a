package dev.meridian.node.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.model.Digest;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.DigestingStream.Running;
import dev.meridian.node.blobs.UploadState;
import java.time.Duration;
import java.util.Optional;

/**
 * What this node remembers of the upload sessions that it served: running digests, and which ended.
 * Bounded; to forget costs time and never correctness.
 */
final class SessionMemory {

  private static final long SESSIONS = 10_000;
  private static final Duration KEPT = Duration.ofHours(1);

  /** Of the bytes of exactly this state: another one of the same length may be another writer's. */
  private record Taken(UploadState of, Running digest) {}

  private final Cache<UploadId, Taken> digests =
      Caffeine.newBuilder().maximumSize(SESSIONS).expireAfterWrite(KEPT).build();
  private final Cache<UploadId, Boolean> ended =
      Caffeine.newBuilder().maximumSize(SESSIONS).expireAfterWrite(KEPT).build();

  /** The running digest of the session's bytes so far, to go on with, if it is known. */
  Optional<Running> digest(UploadToken token, Digest.Algorithm algorithm) {
    if (token.state().length() == 0) {
      return Optional.of(Running.of(algorithm));
    }
    return Optional.ofNullable(digests.getIfPresent(token.id()))
        .filter(taken -> taken.of().equals(token.state()))
        .map(Taken::digest)
        .filter(digest -> digest.algorithms().contains(algorithm))
        .map(Running::copy);
  }

  /** Keeps the running digest of the session's bytes so far; it is the memory's from now on. */
  void keep(UploadToken token, Running digest) {
    digests.put(token.id(), new Taken(token.state(), digest));
  }

  /** The session was completed or cancelled. */
  void end(UploadId id) {
    digests.invalidate(id);
    ended.put(id, true);
  }

  /** Whether the session was completed or cancelled here. */
  boolean hasEnded(UploadId id) {
    return ended.getIfPresent(id) != null;
  }
}

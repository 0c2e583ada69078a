package dev.meridian.node.routing;

import dev.meridian.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Picks one of several candidates for a key, the same on every node that knows the same candidates;
 * when one goes, only the keys that were its own move.
 */
final class RendezvousHash {

  private RendezvousHash() {}

  /** The candidate for this key; empty when there are none. */
  static Optional<String> pick(Collection<String> candidates, String key) {
    return candidates.stream()
        .max(
            Comparator.comparingLong((String candidate) -> score(candidate, key))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static long score(String candidate, String key) {
    MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
    hash.update(candidate.getBytes(StandardCharsets.UTF_8));
    // A separator that is in neither, so that no two pairs read the same.
    hash.update((byte) 0);
    return ByteBuffer.wrap(hash.digest(key.getBytes(StandardCharsets.UTF_8))).getLong();
  }
}

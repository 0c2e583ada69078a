package dev.meridian.node.fetch;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;

/**
 * What has come of a blob, for one fetch at a time to go on with. Not thread-safe.
 *
 * <p>It holds its spool file; whoever has it last closes it.
 */
final class PartialBlob {

  private final SpoolFile spool;
  private final Digest digest;
  private final Set<RegionId> sources = new HashSet<>();
  private MessageDigest hash;

  PartialBlob(SpoolFile spool, Digest digest) {
    this.spool = spool;
    this.digest = digest;
    this.hash = newHash();
  }

  SpoolFile spool() {
    return spool;
  }

  /** The regions that gave what is there. */
  Set<RegionId> sources() {
    return sources;
  }

  /** Of what is there. */
  MessageDigest hash() {
    return hash;
  }

  /** Nothing is there any more. */
  void restart() {
    spool.restart();
    sources.clear();
    hash = newHash();
  }

  private MessageDigest newHash() {
    return digest.algorithm().newMessageDigest();
  }
}

package dev.meridian.node.registry;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.UploadState;
import java.util.Optional;

/**
 * An upload session, whole: a node keeps nothing of it that another one would miss (DESIGN,
 * "Push").
 *
 * @param owner who began it, and alone goes on with it
 * @param region whose storage takes the bytes
 * @param algorithm of the digest that is taken while bytes arrive
 * @param expiresMillis cluster time
 * @param state where storage stands; {@code state.length()} bytes have been received
 * @param digest of all bytes so far, when known
 */
public record UploadToken(
    UploadId id,
    Principal owner,
    RegionId region,
    Digest.Algorithm algorithm,
    long expiresMillis,
    UploadState state,
    Optional<Digest> digest) {

  /** The same session, further on. */
  UploadToken at(UploadState next, Optional<Digest> soFar) {
    return new UploadToken(id, owner, region, algorithm, expiresMillis, next, soFar);
  }
}

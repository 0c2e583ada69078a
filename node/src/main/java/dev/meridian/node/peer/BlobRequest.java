package dev.meridian.node.peer;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import java.util.Optional;

/**
 * One node asks another for a blob.
 *
 * @param range of the blob; empty: all of it
 * @param minRevision the answer has seen at least this revision, so that the one who asks and the
 *     one who answers agree on what is placed where
 */
public record BlobRequest(Digest digest, Optional<ByteRange> range, long minRevision) {}

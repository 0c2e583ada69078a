package dev.meridian.node.peer;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import java.util.Optional;

/**
 * One node asks another for a blob.
 *
 * @param range of the blob; empty: all of it
 * @param minRevision the answer has seen at least this revision, so that the one who asks and the
 *     one who answers agree on what is linked and placed
 */
public record BlobRequest(
    RepositoryName repository, Digest digest, Optional<ByteRange> range, long minRevision) {}

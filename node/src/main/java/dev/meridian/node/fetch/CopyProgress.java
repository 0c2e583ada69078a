package dev.meridian.node.fetch;

import dev.meridian.model.Digest;

/**
 * How far a copy into this region is.
 *
 * @param size of the blob in bytes
 * @param copied bytes of it that are on local disk
 */
public record CopyProgress(Digest digest, long size, long copied) {}

package dev.meridian.node.metadata;

import dev.meridian.model.Digest;
import java.util.Optional;

/**
 * A manifest of a repository.
 *
 * @param size in bytes
 * @param content present when it was asked for; not to be changed
 */
public record ManifestEntry(
    long revision, Digest digest, String mediaType, long size, Optional<byte[]> content) {}

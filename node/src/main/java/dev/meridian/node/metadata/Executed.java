package dev.meridian.node.metadata;

import dev.meridian.model.Digest;
import java.util.Optional;

/**
 * A command that was applied.
 *
 * @param digest of the manifest that was put; empty for other commands
 * @param subject of the manifest that was put, if it names one
 */
public record Executed(long revision, Optional<Digest> digest, Optional<Digest> subject) {}

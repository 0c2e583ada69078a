package dev.meridian.node.replication;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a region brings itself the blobs that it lacks. Limits are the region's: its nodes share
 * them.
 *
 * @param concurrency copies at a time; of blobs up to 1 MiB sixteen count as one, and as many are
 *     copied besides
 * @param bytesPerSecond of all copies that nobody waits for; empty: no limit
 * @param period between two looks at what is missing
 */
public record ReplicationSettings(int concurrency, OptionalLong bytesPerSecond, Duration period) {}

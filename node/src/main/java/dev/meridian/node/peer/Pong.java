package dev.meridian.node.peer;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.Map;

/**
 * A node's answer to a ping.
 *
 * @param roundTrip after which it came; the first time with a connection made
 * @param storageUp whether the object storage of its region answers, as it says
 * @param distances round trips from its region to others, as far as it says
 */
public record Pong(Duration roundTrip, boolean storageUp, Map<RegionId, Duration> distances) {
  public Pong {
    distances = Map.copyOf(distances);
  }
}

package dev.meridian.node.health;

import dev.meridian.model.RegionId;
import java.time.Instant;
import java.util.List;

/**
 * Whether clients should be sent to this region.
 *
 * @param since when the status became what it is, wall time
 */
public record RegionHealth(RegionId region, Status status, List<String> reasons, Instant since) {

  /** {@link #DOWN} is 503, the others 200. */
  public enum Status {
    OK,
    DEGRADED,
    DOWN
  }

  public RegionHealth {
    reasons = List.copyOf(reasons);
  }
}

package dev.meridian.node.health;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What operators have drained, as the metadata plane last said it. A drained node goes on as before
 * for a while, so that load balancers notice, and takes no new work after that.
 */
public final class DrainWatch {

  private final RegionId region;
  private final String nodeId;
  private final Duration notice;
  private final LongSupplier nanoTime;
  private volatile boolean regionDrained;
  private volatile boolean nodeDrained;
  private volatile long nodeDrainedAt;

  /**
   * @param nodeId of this node
   * @param notice how long this node works on as before when it is drained
   */
  public DrainWatch(RegionId region, String nodeId, Duration notice, LongSupplier nanoTime) {
    this.region = region;
    this.nodeId = nodeId;
    this.notice = notice;
    this.nanoTime = nanoTime;
  }

  /** What the plane says now. While it does not name this node, what it said of it last holds. */
  void see(Membership membership) {
    regionDrained = membership.drainedRegions().contains(region);
    membership.nodes().stream()
        .filter(node -> node.nodeId().equals(nodeId))
        .findFirst()
        .ifPresent(self -> see(self.drained()));
  }

  private void see(boolean drained) {
    if (drained && !nodeDrained) {
      nodeDrainedAt = nanoTime.getAsLong();
    }
    nodeDrained = drained;
  }

  boolean regionDrained() {
    return regionDrained;
  }

  boolean nodeDrained() {
    return nodeDrained;
  }

  /** Whether this node takes new work: it is not drained, or has not been for long. */
  boolean takesNewWork() {
    return !nodeDrained || nanoTime.getAsLong() - nodeDrainedAt < notice.toNanos();
  }
}

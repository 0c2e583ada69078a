package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * In which order the regions that hold a blob are asked: the preferred first, those that failed
 * within the last half minute last.
 */
public final class ReplicaSelector {

  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final Comparator<RegionId> preference;
  private final LongSupplier nanoTime;
  private final Map<RegionId, Long> failedAt = new ConcurrentHashMap<>();

  /**
   * @param preference the region to ask first at the front, when none has failed
   */
  public ReplicaSelector(Comparator<RegionId> preference, LongSupplier nanoTime) {
    this.preference = preference;
    this.nanoTime = nanoTime;
  }

  /** All of these regions, the one to ask first at the front. */
  public List<RegionId> order(Collection<RegionId> holders) {
    return holders.stream()
        .sorted(Comparator.comparing(this::isFailing).thenComparing(preference))
        .toList();
  }

  /** The region did not give what it should have. */
  public void failed(RegionId region) {
    failedAt.put(region, nanoTime.getAsLong());
  }

  /** The region answers again. */
  public void answered(RegionId region) {
    failedAt.remove(region);
  }

  private boolean isFailing(RegionId region) {
    Long at = failedAt.get(region);
    return at != null && nanoTime.getAsLong() - at < REMEMBERED.toNanos();
  }
}

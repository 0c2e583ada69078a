package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * In which order the regions that hold a blob are asked: the preferred first; last those that
 * failed within the last half minute, or whose storage is down as they say.
 */
public final class ReplicaSelector {

  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final Supplier<Comparator<RegionId>> preference;
  private final LongSupplier nanoTime;
  private final Map<RegionId, Long> failedAt = new ConcurrentHashMap<>();
  private final Set<RegionId> withoutStorage = ConcurrentHashMap.newKeySet();

  /**
   * @param preference the region to ask first at the front, when none has failed; asked for each
   *     order, since distances change
   */
  public ReplicaSelector(Supplier<Comparator<RegionId>> preference, LongSupplier nanoTime) {
    this.preference = preference;
    this.nanoTime = nanoTime;
  }

  /** All of these regions, the one to ask first at the front. */
  public List<RegionId> order(Collection<RegionId> holders) {
    // Asked once a region: while one is sorted, time must not change what is known of it.
    Set<RegionId> failing =
        holders.stream().filter(this::isFailing).collect(Collectors.toUnmodifiableSet());
    return holders.stream()
        .sorted(
            Comparator.<RegionId, Boolean>comparing(failing::contains)
                .thenComparing(preference.get()))
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

  /** A node of the region says whether its storage answers; that holds until one says more. */
  public void storageAnswers(RegionId region, boolean answers) {
    if (answers) {
      withoutStorage.remove(region);
    } else {
      withoutStorage.add(region);
    }
  }

  /**
   * Whether the region failed within the last half minute and has not answered since, or its
   * storage is down.
   */
  public boolean isFailing(RegionId region) {
    Long at = failedAt.get(region);
    return withoutStorage.contains(region)
        || at != null && nanoTime.getAsLong() - at < REMEMBERED.toNanos();
  }
}

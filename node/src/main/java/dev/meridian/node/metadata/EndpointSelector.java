package dev.meridian.node.metadata;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * In which order metadata servers are asked: the region's own first, then the others as they are
 * configured; those that failed within the last second come after those that did not, so that a
 * dead server costs little and one that is back is found at once.
 */
final class EndpointSelector {

  private static final Duration PENALTY = Duration.ofSeconds(1);

  private final List<MetadataEndpoint> configured;
  private final LongSupplier nanoTime;
  private final Map<MetadataEndpoint, Long> failedAt = new ConcurrentHashMap<>();

  EndpointSelector(List<MetadataEndpoint> configured, LongSupplier nanoTime) {
    if (configured.isEmpty()) {
      throw new IllegalArgumentException("no metadata server is configured");
    }
    this.configured = List.copyOf(configured);
    this.nanoTime = nanoTime;
  }

  /** All of them, the one to ask first at the front. */
  List<MetadataEndpoint> order() {
    List<MetadataEndpoint> order = new ArrayList<>(configured.size());
    List<MetadataEndpoint> failing = new ArrayList<>();
    for (MetadataEndpoint endpoint : configured) {
      (isFailing(endpoint) ? failing : order).add(endpoint);
    }
    order.addAll(failing);
    return order;
  }

  /** The region's own. */
  MetadataEndpoint preferred() {
    return configured.getFirst();
  }

  void answered(MetadataEndpoint endpoint) {
    failedAt.remove(endpoint);
  }

  void failed(MetadataEndpoint endpoint) {
    failedAt.put(endpoint, nanoTime.getAsLong());
    // Left alone, a channel waits up to two minutes before it connects again.
    endpoint.channel().resetConnectBackoff();
  }

  private boolean isFailing(MetadataEndpoint endpoint) {
    Long at = failedAt.get(endpoint);
    return at != null && nanoTime.getAsLong() - at < PENALTY.toNanos();
  }
}

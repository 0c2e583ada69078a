package dev.meridian.node.metadata.grpc;

import dev.meridian.node.metadata.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * In which order metadata servers are asked: the region's own first, then the others as they are
 * configured. One that did not answer, or could not decide what another one then decided, comes
 * last until it answers again. Meanwhile one call after the other tries it all the same, the less
 * often the longer it takes to fail: a server that hangs costs a few calls their patience and not
 * every one.
 */
final class EndpointSelector {

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** What a call needs of a server. */
  enum Need {
    /** What the server has will do. */
    REPLICA,
    /** The server must be in touch with a majority. */
    QUORUM;

    /** A bounded read needs a barrier now and then, so the server that has them is asked for it. */
    static Need of(Freshness freshness) {
      return switch (freshness.mode()) {
        case LOCAL -> REPLICA;
        case BOUNDED, LINEARIZABLE -> QUORUM;
      };
    }
  }

  /** When a server was last tried, and how long nobody tries it after that. */
  private record Failure(long triedAt, long pause) {}

  private final List<MetadataEndpoint> configured;
  private final LongSupplier nanoTime;
  private final Map<Need, Map<MetadataEndpoint, Failure>> failing =
      Map.of(Need.REPLICA, new ConcurrentHashMap<>(), Need.QUORUM, new ConcurrentHashMap<>());

  EndpointSelector(List<MetadataEndpoint> configured, LongSupplier nanoTime) {
    if (configured.isEmpty()) {
      throw new IllegalArgumentException("no metadata server is configured");
    }
    this.configured = List.copyOf(configured);
    this.nanoTime = nanoTime;
  }

  /** All of them, the one to ask first at the front. To be followed by asking it. */
  List<MetadataEndpoint> order(Need need) {
    List<MetadataEndpoint> order = new ArrayList<>(configured.size());
    List<MetadataEndpoint> last = new ArrayList<>();
    for (MetadataEndpoint endpoint : configured) {
      (comesLast(endpoint, failing.get(need)) ? last : order).add(endpoint);
    }
    order.addAll(last);
    return order;
  }

  private boolean comesLast(MetadataEndpoint endpoint, Map<MetadataEndpoint, Failure> failures) {
    Failure failure = failures.get(endpoint);
    if (failure == null) {
      return false;
    }
    long now = nanoTime.getAsLong();
    boolean due = now - failure.triedAt() >= failure.pause();
    return !due || !failures.replace(endpoint, failure, new Failure(now, failure.pause()));
  }

  /** The region's own. */
  MetadataEndpoint preferred() {
    return configured.getFirst();
  }

  /** Whether a server has answered since it last failed, or never did. */
  boolean isWell(MetadataEndpoint endpoint) {
    return failing.values().stream().noneMatch(failures -> failures.containsKey(endpoint));
  }

  /** A server decided a call. */
  void answered(MetadataEndpoint endpoint, Need need) {
    failing.get(Need.REPLICA).remove(endpoint);
    if (need == Need.QUORUM) {
      failing.get(Need.QUORUM).remove(endpoint);
    }
  }

  /**
   * A server did not answer.
   *
   * @param took how long that took to show
   */
  void failed(MetadataEndpoint endpoint, Duration took) {
    fail(Need.REPLICA, endpoint, took);
    fail(Need.QUORUM, endpoint, took);
    // Left alone, a channel waits up to two minutes before it connects again.
    endpoint.channel().resetConnectBackoff();
  }

  /**
   * A server answered that it could not decide a call, and another one could. Without that it is
   * not the server's fault, and what it has it still gives best.
   *
   * @param took how long its answer took
   */
  void outdone(MetadataEndpoint endpoint, Need need, Duration took) {
    fail(Need.QUORUM, endpoint, took);
    if (need == Need.REPLICA) {
      fail(Need.REPLICA, endpoint, took);
    }
  }

  private void fail(Need need, MetadataEndpoint endpoint, Duration took) {
    long pause = Math.max(SHORTEST_PAUSE.toNanos(), 2 * took.toNanos());
    failing.get(need).put(endpoint, new Failure(nanoTime.getAsLong(), pause));
  }
}

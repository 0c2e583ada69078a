package dev.meridian.node.peer;

import dev.meridian.model.RegionId;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RegionMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures in the background how far the other regions are: every few seconds one node of each, by
 * chance, is asked for an answer without content.
 */
public final class DistanceProbe implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DistanceProbe.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final RegionMap regions;
  private final PeerClient peers;
  private final RegionDistances distances;
  private Thread thread;

  /**
   * @param distances are told what was measured
   */
  public DistanceProbe(RegionMap regions, PeerClient peers, RegionDistances distances) {
    this.regions = regions;
    this.peers = peers;
    this.distances = distances;
  }

  /** Begins to measure. */
  public void start() {
    thread = Thread.ofVirtual().name("distance-probe").start(this::measureUntilInterrupted);
  }

  private void measureUntilInterrupted() {
    try {
      while (true) {
        try {
          measure();
        } catch (RuntimeException e) {
          // Before the node has joined, no region is known.
          LOG.debug("distances are not measured this time", e);
        }
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      LOG.debug("the distance probe stops");
    }
  }

  /** Measures once, all regions at the same time: one that is away holds up no other. */
  void measure() throws InterruptedException {
    List<Thread> measuring = new ArrayList<>();
    for (RegionId region : regions.others()) {
      measuring.add(Thread.ofVirtual().name("distance-" + region).start(() -> measure(region)));
    }
    for (Thread each : measuring) {
      each.join();
    }
  }

  private void measure(RegionId region) {
    List<PeerNode> nodes = regions.shuffledNodesIn(region);
    if (nodes.isEmpty()) {
      return;
    }
    try {
      distances.measured(region, peers.roundTrip(nodes.getFirst()));
    } catch (PeerUnreachableException e) {
      LOG.debug("the distance to {} is not known", region, e);
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

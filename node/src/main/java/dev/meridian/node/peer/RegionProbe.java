package dev.meridian.node.peer;

import dev.meridian.model.RegionId;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds in the background how far the other regions are, and whether their storage answers: every
 * few seconds one node of each, by chance, is pinged.
 */
public final class RegionProbe implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RegionProbe.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final RegionMap regions;
  private final PeerClient peers;
  private final RegionDistances distances;
  private final ReplicaSelector replicas;
  private Thread thread;

  /**
   * @param distances are told what was measured
   * @param replicas are told whose storage answers
   */
  public RegionProbe(
      RegionMap regions, PeerClient peers, RegionDistances distances, ReplicaSelector replicas) {
    this.regions = regions;
    this.peers = peers;
    this.distances = distances;
    this.replicas = replicas;
  }

  /** Begins to probe. */
  public void start() {
    thread = Thread.ofVirtual().name("region-probe").start(this::probeUntilInterrupted);
  }

  private void probeUntilInterrupted() {
    try {
      while (true) {
        try {
          probe();
        } catch (RuntimeException e) {
          // Before the node has joined, no region is known.
          LOG.debug("other regions are not probed this time", e);
        }
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      LOG.debug("the region probe stops");
    }
  }

  /** All regions once, at the same time: one that is away holds up no other. */
  void probe() throws InterruptedException {
    List<Thread> probing = new ArrayList<>();
    for (RegionId region : regions.others()) {
      probing.add(Thread.ofVirtual().name("probe-" + region).start(() -> probe(region)));
    }
    for (Thread each : probing) {
      each.join();
    }
  }

  private void probe(RegionId region) {
    List<PeerNode> nodes = regions.shuffledNodesIn(region);
    if (nodes.isEmpty()) {
      return;
    }
    try {
      Pong pong = peers.ping(nodes.getFirst());
      distances.measured(region, pong.roundTrip());
      distances.told(region, pong.distances());
      replicas.storageAnswers(region, pong.storageUp());
    } catch (PeerUnreachableException e) {
      LOG.debug("region {} is not known to answer", region, e);
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

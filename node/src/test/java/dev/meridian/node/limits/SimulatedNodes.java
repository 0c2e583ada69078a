package dev.meridian.node.limits;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.routing.ClusterOwners;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Nodes of several regions with one clock and a network that loses what it is told to. */
final class SimulatedNodes {

  private static final List<String> REGIONS = List.of("us-east", "eu-west", "ap-south");

  final AtomicLong nanos = new AtomicLong();

  /** Reports that were sent, and their lines. */
  final AtomicInteger reports = new AtomicInteger();

  final AtomicInteger lines = new AtomicInteger();

  /** Nodes that get nothing, and nodes whose answers get lost. */
  final Set<String> unreachable = ConcurrentHashMap.newKeySet();

  final Set<String> unheard = ConcurrentHashMap.newKeySet();

  private final LimitSettings settings;
  private final Map<String, SimulatedNode> live = new TreeMap<>();

  SimulatedNodes(LimitSettings settings) {
    this.settings = settings;
  }

  /** One node. */
  final class SimulatedNode {
    final String id;
    final RateLimits limits;
    final Settlement settlement;

    private SimulatedNode(String id) {
      this.id = id;
      this.limits = new RateLimits(settings, nanos::get, new SimpleMeterRegistry());
      Supplier<ClusterOwners> owners =
          () ->
              new OwnerSelector(
                      new RegionMap(RegionId.parse("us-east"), SimulatedNodes.this::membership), id)
                  .inCluster();
      this.settlement = new Settlement(limits, owners, SimulatedNodes.this::carry);
    }

    /** Takes until it is refused, at most so often; returns how many were granted. */
    int pulls(LimitKey key, int most) {
      int granted = 0;
      while (granted < most && limits.take(key, LimitClass.PULLS).allowed()) {
        granted++;
      }
      return granted;
    }

    long remaining(LimitKey key) {
      return switch (limits.peek(key, LimitClass.PULLS)) {
        case Verdict.Granted granted -> granted.remaining();
        case Verdict.Refused refused -> 0;
        case Verdict.Unlimited unlimited -> throw new AssertionError("unlimited");
      };
    }

    void settle() throws InterruptedException {
      for (Thread each : settlement.settle()) {
        each.join();
      }
    }
  }

  SimulatedNode join(String id) {
    SimulatedNode node = new SimulatedNode(id);
    live.put(id, node);
    return node;
  }

  void leave(String id) {
    live.remove(id);
  }

  /** The nodes that own a key, the owner first. */
  List<SimulatedNode> byOwnership(LimitKey key) {
    return byOwnership(key, new HashSet<>(live.keySet()));
  }

  private List<SimulatedNode> byOwnership(LimitKey key, Set<String> ids) {
    String text = new Allowance.Id(LimitClass.PULLS, key).text();
    ClusterOwners all = new OwnerSelector(regionMap(), "nobody").inCluster();
    PeerNode owner = all.owner(text).orElseThrow();
    Optional<PeerNode> successor = all.successor(text, owner);
    ids.remove(owner.nodeId());
    successor.ifPresent(node -> ids.remove(node.nodeId()));
    return List.of(
            List.of(owner.nodeId()),
            successor.map(PeerNode::nodeId).stream().toList(),
            List.copyOf(ids))
        .stream()
        .flatMap(List::stream)
        .map(live::get)
        .toList();
  }

  private RegionMap regionMap() {
    return new RegionMap(RegionId.parse("us-east"), this::membership);
  }

  void settleAll() throws InterruptedException {
    for (SimulatedNode node : live.values()) {
      node.settle();
    }
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private String carry(PeerNode node, String report) {
    if (!live.containsKey(node.nodeId()) || unreachable.contains(node.nodeId())) {
      throw new PeerUnreachableException(node + ": cut off", null);
    }
    reports.incrementAndGet();
    lines.addAndGet((int) report.lines().count() - 1);
    String answer = live.get(node.nodeId()).settlement.answer(report);
    if (unheard.contains(node.nodeId())) {
      throw new PeerUnreachableException(node + ": no answer", null);
    }
    return answer;
  }

  private Membership membership() {
    List<String> ids = List.copyOf(live.keySet());
    return new Membership(
        "c",
        0,
        ids.stream()
            .map(id ->
                new Membership.Member(
                    id,
                    RegionId.parse(REGIONS.get(ids.indexOf(id) % REGIONS.size())),
                    "127.0.0.1:" + (5100 + ids.indexOf(id))))
            .toList(),
        List.of(),
        Set.of());
  }
}

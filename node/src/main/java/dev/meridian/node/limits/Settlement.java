package dev.meridian.node.limits;

import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.routing.ClusterOwners;
import dev.meridian.node.routing.PeerNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps limits from being multiplied by the number of nodes. Every second this node tells the owner
 * of each key that it used what it granted, and hears what all nodes together have left. Between
 * two settlements, or while an owner cannot be reached, nodes go by what they know; what they
 * granted too much then is missing later.
 *
 * <p>Owners come and go: what an owner knows is told to its successor as it changes, and what it
 * owned before to the owner after it; each node adds what it knows itself, and the lowest counts.
 */
public final class Settlement implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Tells a report to a node; throws as the peer client does. */
  public interface Exchange {
    String settle(PeerNode node, String report);
  }

  private final RateLimits limits;
  private final OwnerLedger ledger;
  private final Supplier<ClusterOwners> owners;
  private final Exchange peers;
  private final AtomicLong batches = new AtomicLong();

  /** By node: what it was told without an answer, to be told again as it was. */
  private final Map<String, Batch> unanswered = new ConcurrentHashMap<>();

  /** Nodes that are being told. */
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  /** Nodes that did not answer last time. */
  private final Set<String> silent = ConcurrentHashMap.newKeySet();

  private List<PeerNode> lastNodes = List.of();
  private Thread thread;

  /**
   * One line of a report.
   *
   * @param copy whether it tells the successor of this node, so that the answer does not count
   */
  private record Due(Allowance allowance, boolean copy) {}

  private record Part(Due due, long granted) {
    void restore() {
      due.allowance().restore(granted);
    }
  }

  private record Batch(long number, List<Part> parts) {}

  /**
   * @param owners of keys, by the nodes that are live now
   */
  public Settlement(RateLimits limits, Supplier<ClusterOwners> owners, Exchange peers) {
    this.limits = limits;
    this.ledger = new OwnerLedger(limits);
    this.owners = owners;
    this.peers = peers;
  }

  /**
   * The answer to another node's report.
   *
   * @throws PeerRefusedException when it is none; nothing changes then
   */
  public String answer(String report) {
    return ledger.answer(report);
  }

  /** Begins to settle. */
  public void start() {
    thread = Thread.ofVirtual().name("limits").start(this::settleUntilInterrupted);
  }

  private void settleUntilInterrupted() {
    try {
      while (true) {
        try {
          settle();
        } catch (MetadataUnavailableException e) {
          // Before the node has joined, no node is known.
          LOG.debug("rate limits are not settled this time", e);
        } catch (RuntimeException e) {
          LOG.error("settling rate limits failed; it is tried again", e);
        }
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      LOG.debug("the settlement of rate limits stops");
    }
  }

  /**
   * Tells every owner at the same time, so that one that is away holds up no other. One that is
   * still being told is left out.
   *
   * @return the threads that tell them
   */
  List<Thread> settle() {
    ClusterOwners cluster = owners.get();
    forgetGone(cluster);
    Map<PeerNode, List<Due>> due = due(cluster);
    List<Thread> telling = new ArrayList<>();
    due.forEach((node, lines) -> {
      if (busy.add(node.nodeId())) {
        telling.add(
            Thread.ofVirtual()
                .name("limits-" + node.nodeId())
                .start(() -> tell(cluster.self(), node, lines)));
      } else {
        lines.forEach(line -> line.allowance().keepUse());
      }
    });
    return telling;
  }

  /** What was told to nodes that are gone is told to the next owners. */
  private void forgetGone(ClusterOwners cluster) {
    for (String node : unanswered.keySet()) {
      if (!cluster.isLive(node) && !busy.contains(node)) {
        Optional.ofNullable(unanswered.remove(node))
            .ifPresent(batch -> batch.parts().forEach(Part::restore));
      }
    }
    silent.removeIf(node -> !cluster.isLive(node));
  }

  private Map<PeerNode, List<Due>> due(ClusterOwners cluster) {
    boolean changed = !cluster.nodes().equals(lastNodes);
    lastNodes = cluster.nodes();
    Map<PeerNode, List<Due>> due = new HashMap<>();
    for (Allowance allowance : limits.all()) {
      if (allowance.noteUse() || (changed && !allowance.isWhole())) {
        add(due, cluster, allowance);
      }
    }
    for (PeerNode node : cluster.nodes()) {
      if (unanswered.containsKey(node.nodeId())) {
        due.computeIfAbsent(node, none -> new ArrayList<>());
      }
    }
    return due;
  }

  private static void add(
      Map<PeerNode, List<Due>> due, ClusterOwners cluster, Allowance allowance) {
    String key = allowance.id().text();
    Optional<PeerNode> owner = cluster.owner(key);
    boolean own = owner.map(node -> node.nodeId().equals(cluster.self())).orElse(true);
    if (own) {
      allowance.own(cluster.self());
    }
    if (own || allowance.isDue(cluster.self())) {
      owner
          .flatMap(node -> own ? cluster.successor(key, node) : owner)
          .ifPresent(node ->
              due.computeIfAbsent(node, none -> new ArrayList<>()).add(new Due(allowance, own)));
    }
  }

  private void tell(String self, PeerNode node, List<Due> due) {
    int next = 0;
    try {
      Batch batch = unanswered.get(node.nodeId());
      while (batch != null || next < due.size()) {
        if (batch == null) {
          int end = Math.min(next + SettlementText.MOST_LINES, due.size());
          batch = cut(due.subList(next, end));
          next = end;
          unanswered.put(node.nodeId(), batch);
        }
        String answer = peers.settle(node, report(self, node, batch));
        unanswered.remove(node.nodeId());
        heard(node, batch, answer);
        batch = null;
      }
      if (silent.remove(node.nodeId())) {
        LOG.info("rate limits are settled with {} again", node);
      }
    } catch (PeerRefusedException e) {
      // It has counted nothing.
      Optional.ofNullable(unanswered.remove(node.nodeId()))
          .ifPresent(batch -> batch.parts().forEach(Part::restore));
      failed(node, e);
    } catch (RuntimeException e) {
      // Whether it has counted the batch is not known, so that it is told the same again.
      failed(node, e);
    } finally {
      due.subList(next, due.size()).forEach(line -> line.allowance().keepUse());
      busy.remove(node.nodeId());
    }
  }

  private Batch cut(List<Due> due) {
    return new Batch(
        batches.incrementAndGet(),
        due.stream()
            .map(line -> new Part(line, line.copy() ? 0 : line.allowance().cut()))
            .toList());
  }

  /** What is left is told as it is known now, also when the batch is told again. */
  private static String report(String self, PeerNode node, Batch batch) {
    return SettlementText.format(
        new SettlementText.Report(
            self,
            batch.number(),
            batch.parts().stream()
                .map(part -> {
                  Allowance allowance = part.due().allowance();
                  return new SettlementText.Line(
                      allowance.id(),
                      part.granted(),
                      allowance.known(),
                      part.due().copy() || !allowance.isSettledWith(node.nodeId()));
                })
                .toList()));
  }

  private static void heard(PeerNode node, Batch batch, String answer) {
    List<OptionalLong> left = SettlementText.parseAnswer(answer, batch.parts().size());
    for (int i = 0; i < left.size(); i++) {
      Due due = batch.parts().get(i).due();
      if (left.get(i).isPresent() && !due.copy()) {
        due.allowance().settled(node.nodeId(), left.get(i).getAsLong());
      }
    }
  }

  private void failed(PeerNode node, RuntimeException e) {
    if (silent.add(node.nodeId())) {
      LOG.warn("rate limits are not settled with {}, and go by what this node knows", node, e);
    } else {
      LOG.debug("rate limits are still not settled with {}", node, e);
    }
  }

  /** Stops, once others were told what was granted last; waits for them a second at most each. */
  @Override
  public void close() {
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
      for (Thread each : settle()) {
        each.join(PERIOD);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debug("rate limits are not settled at the end", e);
    }
  }
}

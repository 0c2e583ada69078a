package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.NodeReport;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes last said of themselves, gathered from the servers that hold their sessions. Nodes of
 * a server that does not answer within a second are left out.
 */
public final class NodeReports {

  private static final Logger log = LoggerFactory.getLogger(NodeReports.class);
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private final NodeSessions sessions;
  private final Peers peers;

  public NodeReports(NodeSessions sessions, Peers peers) {
    this.sessions = sessions;
    this.peers = peers;
  }

  /** One report of each node. */
  public List<NodeReport> all() {
    Map<String, NodeReport> reports = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      peers
          .all()
          .forEach((region, server) -> threads.execute(() -> add(reports, ask(region, server))));
    }
    add(reports, sessions.reports());
    return List.copyOf(reports.values());
  }

  private static void add(Map<String, NodeReport> reports, List<NodeReport> further) {
    further.forEach(report -> reports.put(report.getNodeId(), report));
  }

  private static List<NodeReport> ask(RegionId region, PeerServer server) {
    try {
      return server.nodeReports(Deadline.in(ANSWER));
    } catch (StatusRuntimeException e) {
      log.debug("the metadata server of {} does not say how its nodes fare", region, e);
      return List.of();
    }
  }
}

package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.Queries.NodeFound;
import dev.meridian.controlplane.raft.AppliedRevision;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.NodeReport;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of nodes with this server. A node is in the cluster as long as it holds one, and 5 s
 * longer, so that it may lose its connection for a moment.
 *
 * <p>What the store says is compared with the sessions all the time rather than on events, so that
 * it comes right whatever was lost on the way: a node with a session that the store does not name
 * is joined; one that the store gives to this server, but that has had no session for 5 s, leaves.
 */
public final class NodeSessions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeSessions.class);

  /** A node hears at least this often. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** So long a node may be without a session. */
  private static final Duration ABSENCE = Duration.ofSeconds(5);

  private static final int LONGEST_NAME = 255;
  private static final int MOST_DISTANCES = 100;
  private static final Duration ROUND = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final RaftNode raft;
  private final RegionId region;
  private final LiveDatabase live;
  private final AppliedRevision applied;
  private final SystemProposals proposals;
  private final SystemCommands commands;
  private final ClusterViews views;
  private final Map<String, NodeSession> sessions = new ConcurrentHashMap<>();
  private final Map<String, Long> absentSince = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  public NodeSessions(RaftNode raft, SystemProposals proposals, SystemCommands commands) {
    this.raft = raft;
    this.region = raft.region();
    this.live = raft.live();
    this.applied = raft.applied();
    this.proposals = proposals;
    this.commands = commands;
    this.views = new ClusterViews(live, region);
    this.thread = Thread.ofVirtual().name("node-sessions").unstarted(this::run);
  }

  /** Begins to compare; the store must be open. */
  public void start() {
    thread.start();
  }

  /** A node opens a stream; its first report says who it is, later ones how it fares. */
  public StreamObserver<NodeReport> open(StreamObserver<ClusterView> reply) {
    ServerCallStreamObserver<ClusterView> call = (ServerCallStreamObserver<ClusterView>) reply;
    Stream stream = new Stream(call);
    call.setOnCancelHandler(stream::end);
    return stream;
  }

  /** The newest report of each node that has a session here. */
  public List<NodeReport> reports() {
    return sessions.values().stream().map(NodeSession::report).toList();
  }

  private void run() {
    while (!closed) {
      try {
        long seen = applied.current();
        if (raft.isRunning()) {
          compare();
        } else {
          // What its store says of the cluster grows old.
          endAll("the metadata server takes part in no group at the moment");
        }
        applied.reach(seen + 1, Deadline.in(ROUND));
        // Under load every moment brings a revision.
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        log.debug("the server is stopping", e);
        return;
      } catch (UnavailableException e) {
        log.debug("the store is not open", e);
        LockSupport.parkNanos(ROUND.toNanos());
      } catch (RuntimeException e) {
        log.error("cannot compare sessions with the store", e);
        LockSupport.parkNanos(ROUND.toNanos());
      }
    }
  }

  private void compare() {
    Optional<ClusterView> view = views.current();
    if (view.isEmpty()) {
      return;
    }
    List<NodeFound> nodes = live.query(Queries::nodes).value();
    Map<String, NodeFound> known =
        nodes.stream().collect(Collectors.toMap(NodeFound::nodeId, node -> node));
    for (NodeSession session : sessions.values()) {
      compare(session, Optional.ofNullable(known.get(session.nodeId())), view.get());
    }
    dropAbsent(nodes);
  }

  private void compare(NodeSession session, Optional<NodeFound> node, ClusterView view) {
    // Also to a node that the view does not name: where there is no majority it cannot join, but
    // needs the keys and the other nodes all the same.
    session.send(view, SILENCE.toNanos());
    Optional<NodeFound> here =
        node.filter(found -> found.server().equals(region) && session.isOf(found));
    if (here.isPresent()) {
      session.confirm();
      if (!session.isDescribedBy(here.get())) {
        join(session);
      }
    } else if (node.isPresent() && session.isConfirmed()) {
      // It joined again elsewhere: the later one counts, or both servers would join it in turns.
      sessions.remove(session.nodeId(), session);
      session.end(Status.ABORTED.withDescription("the node opened another session"));
    } else {
      join(session);
    }
  }

  /** The first view; a store that cannot be read now is tried by the next comparison. */
  private void greet(NodeSession session) {
    try {
      views.current().ifPresent(view -> session.send(view, SILENCE.toNanos()));
    } catch (UnavailableException e) {
      log.debug("no view for node {} yet", session.nodeId(), e);
    }
  }

  private void join(NodeSession session) {
    if (!session.beginJoin()) {
      return;
    }
    NodeReport node = session.report();
    Thread.startVirtualThread(() -> {
      try {
        proposals.propose(
            commands.joinNode(
                node.getNodeId(),
                RegionId.parse(node.getRegion()),
                node.getInternalAddress(),
                node.getPublicUrl()));
      } finally {
        session.joined();
      }
    });
  }

  private void dropAbsent(List<NodeFound> nodes) {
    long now = System.nanoTime();
    absentSince.keySet().retainAll(nodes.stream().map(NodeFound::nodeId).toList());
    for (NodeFound node : nodes) {
      if (!node.server().equals(region) || sessions.containsKey(node.nodeId())) {
        absentSince.remove(node.nodeId());
        continue;
      }
      long since = absentSince.computeIfAbsent(node.nodeId(), id -> now);
      if (now - since >= ABSENCE.toNanos()) {
        // The next attempt, should this one fail, comes after as long again.
        absentSince.put(node.nodeId(), now);
        log.info("node {} has had no session for {}: it leaves", node.nodeId(), ABSENCE);
        Thread.startVirtualThread(() -> proposals.propose(commands.leaveNode(node.nodeId())));
      }
    }
  }

  /** Ends all streams; nodes turn to another server, or come back to this one. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    endAll("the metadata server is stopping");
  }

  private void endAll(String reason) {
    Status unavailable = Status.UNAVAILABLE.withDescription(reason);
    for (NodeSession session : sessions.values()) {
      sessions.remove(session.nodeId(), session);
      session.end(unavailable);
    }
  }

  /** What a node sends on its stream. */
  private final class Stream implements StreamObserver<NodeReport> {
    private final ServerCallStreamObserver<ClusterView> call;
    private NodeSession session;
    private boolean over;

    Stream(ServerCallStreamObserver<ClusterView> call) {
      this.call = call;
    }

    @Override
    public synchronized void onNext(NodeReport report) {
      if (over) {
        return;
      }
      Optional<String> fault = fault(report);
      if (fault.isPresent()) {
        refuse(Status.INVALID_ARGUMENT.withDescription(fault.get()));
        return;
      }
      if (closed || !raft.isRunning()) {
        refuse(Status.UNAVAILABLE.withDescription("the server takes part in no group"));
        return;
      }
      if (session != null) {
        session.update(report);
        return;
      }
      session = new NodeSession(report, call);
      NodeSession replaced = sessions.put(report.getNodeId(), session);
      if (replaced != null) {
        replaced.end(Status.ABORTED.withDescription("the node opened another session"));
      }
      greet(session);
      join(session);
    }

    private void refuse(Status status) {
      over = true;
      if (session == null) {
        call.onError(status.asRuntimeException());
      } else {
        // Left among the sessions it would fail every comparison from now on.
        sessions.remove(session.nodeId(), session);
        session.end(status);
      }
    }

    private Optional<String> fault(NodeReport report) {
      if (session != null && !session.isOf(report)) {
        return Optional.of("a session is of one node at one address: open another one");
      }
      if (!isName(report.getNodeId()) || !isName(report.getInternalAddress())) {
        return Optional.of(
            "NodeReport: expected node_id and internal_address of 1 to "
                + LONGEST_NAME
                + " characters");
      }
      if (report.getPublicUrl().length() > LONGEST_NAME
          || report.getDistancesCount() > MOST_DISTANCES) {
        return Optional.of(
            "NodeReport: expected a public_url of at most "
                + LONGEST_NAME
                + " characters, and at most "
                + MOST_DISTANCES
                + " distances");
      }
      try {
        RegionId.parse(report.getRegion());
        report.getDistancesList().forEach(distance -> RegionId.parse(distance.getRegion()));
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.of("NodeReport: " + e.getMessage());
      }
    }

    /** Bounded, since both go to the log and into every view. */
    private static boolean isName(String text) {
      return !text.isEmpty() && text.length() <= LONGEST_NAME;
    }

    @Override
    public void onError(Throwable failure) {
      end();
    }

    @Override
    public void onCompleted() {
      end();
    }

    private synchronized void end() {
      over = true;
      if (session != null) {
        sessions.remove(session.nodeId(), session);
        session.gone();
      }
    }
  }
}

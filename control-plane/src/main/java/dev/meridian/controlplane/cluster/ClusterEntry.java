package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.IntroduceReply.State;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a metadata server with an empty directory comes into a cluster.
 *
 * <pre>
 * NEW       asks the servers of its configuration who they are
 *             all are NEW or FOUNDING: notes that it founds the cluster with them, FOUNDING
 *             one is a MEMBER: there is a cluster without it, WAITING
 * FOUNDING  until all other founders are FOUNDING, or one is a MEMBER: starts, MEMBER
 * WAITING   until the leader asks it to join, by {@code meridianctl raft add}: MEMBER
 * </pre>
 *
 * No founder starts before all have noted that they are founders. So who finds a member while it is
 * NEW has either come later or lost its data, and must not vote as the one that it may have been.
 */
public final class ClusterEntry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterEntry.class);

  private static final Duration ROUND = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration REPORT = Duration.ofSeconds(30);

  private final RaftNode raft;
  private final Peers peers;
  private final Runnable started;
  private final Consumer<Exception> failed;
  private final Thread thread = Thread.ofVirtual().name("cluster-entry").unstarted(this::run);
  private volatile State state = State.NEW;
  private long reported;

  /**
   * @param started called once, when the server takes part in a group
   * @param failed called when it cannot, after {@link #begin} has returned
   */
  public ClusterEntry(RaftNode raft, Peers peers, Runnable started, Consumer<Exception> failed) {
    this.raft = raft;
    this.peers = peers;
    this.started = started;
    this.failed = failed;
  }

  /** What this server is. */
  public State state() {
    return state == State.MEMBER && raft.isRemoved() ? State.REMOVED : state;
  }

  /**
   * Starts a server that is in a group already; any other one begins to look for its place.
   *
   * @throws IllegalStateException when the directory does not allow it
   */
  public void begin() throws IOException {
    if (raft.isEnrolled()) {
      state = State.FOUNDING;
    }
    reported = System.nanoTime();
    if (raft.isEnrolled() && raft.awaitedFounders().isEmpty()) {
      becomeMember();
    } else {
      thread.start();
    }
  }

  /** Joins the group that asks for it; asked again, says who it is. */
  public synchronized GroupMember join(UUID groupId, List<GroupMember> members) {
    try {
      GroupMember self = raft.join(groupId, members);
      if (state != State.MEMBER) {
        state = State.MEMBER;
        started.run();
      }
      return self;
    } catch (IOException e) {
      throw new UnavailableException("cannot join the group: " + e.getMessage(), e);
    }
  }

  private synchronized void becomeMember() throws IOException {
    raft.start();
    state = State.MEMBER;
    started.run();
  }

  private void run() {
    try {
      while (state == State.NEW || state == State.FOUNDING) {
        State before = state;
        step(ask());
        if (state == before) {
          TimeUnit.NANOSECONDS.sleep(ROUND.toNanos());
        }
      }
    } catch (InterruptedException e) {
      log.debug("stopped");
    } catch (IOException | RuntimeException e) {
      failed.accept(e);
    }
  }

  private synchronized void step(Map<RegionId, State> others) throws IOException {
    boolean clusterExists = others.containsValue(State.MEMBER);
    if (state == State.NEW && clusterExists) {
      state = State.WAITING;
      log.warn(
          "there is a cluster already, and {} is empty: this server waits to be added with"
              + " meridianctl raft add",
          raft.data());
    } else if (state == State.NEW && all(others.values(), Set.of(State.NEW, State.FOUNDING))) {
      raft.enrolFounder();
      state = State.FOUNDING;
    } else if (state == State.FOUNDING && (clusterExists || foundersAreReady(others))) {
      becomeMember();
    } else {
      report(others);
    }
  }

  private boolean foundersAreReady(Map<RegionId, State> others) throws IOException {
    return all(
        raft.awaitedFounders().stream()
            .map(region -> others.getOrDefault(region, State.STATE_UNSPECIFIED))
            .toList(),
        Set.of(State.FOUNDING));
  }

  private static boolean all(Collection<State> states, Set<State> wanted) {
    return wanted.containsAll(states);
  }

  private void report(Map<RegionId, State> others) {
    if (System.nanoTime() - reported > REPORT.toNanos()) {
      reported = System.nanoTime();
      log.warn(
          "a new cluster begins when all metadata servers of its configuration are there: this one"
              + " is {}, the others are {}",
          state,
          new TreeMap<>(others));
    }
  }

  /** What the others are; of one that does not answer, nothing. */
  private Map<RegionId, State> ask() {
    Map<RegionId, State> answers = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      peers
          .all()
          .forEach(
              (region, server) -> threads.execute(() -> answers.put(region, ask(region, server))));
    }
    return answers;
  }

  private static State ask(RegionId region, PeerServer server) {
    try {
      server.resetBackoff();
      return server.introduce(Deadline.in(ANSWER)).getState();
    } catch (StatusRuntimeException e) {
      log.debug("the metadata server of {} does not answer", region, e);
      return State.STATE_UNSPECIFIED;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

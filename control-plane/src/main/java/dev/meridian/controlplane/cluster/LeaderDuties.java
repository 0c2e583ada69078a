package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.query.Queries.NodeFound;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.ExpiredLink;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one server does for the whole cluster, as long as it leads: founds the cluster, advances
 * cluster time, has expired links collected, deleted things purged and changed policies carried
 * out, sees to keys, administrator and robots, and takes out the nodes of servers that are out of
 * contact. Each is a command, so that two who think that they lead do no harm.
 */
public final class LeaderDuties implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaderDuties.class);

  private static final Duration ROUND = Duration.ofMillis(200);
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Duration OUT_OF_CONTACT = Duration.ofSeconds(30);

  /** Links of one Collect command. */
  private static final int COLLECTED = 100;

  private final String cluster;
  private final RaftNode raft;
  private final SystemProposals proposals;
  private final SystemCommands commands;
  private final Housekeeping housekeeping;
  private final AccessDuties access;
  private final SecureRandom random = new SecureRandom();
  private final Thread thread;
  private long term = -1;
  private long lastTick;

  public LeaderDuties(
      String cluster,
      RaftNode raft,
      SystemProposals proposals,
      SystemCommands commands,
      AccessDuties access) {
    this.cluster = cluster;
    this.raft = raft;
    this.proposals = proposals;
    this.commands = commands;
    this.housekeeping = new Housekeeping(raft.live(), proposals, commands);
    this.access = access;
    this.thread = Thread.ofVirtual().name("leader-duties").unstarted(this::run);
  }

  /** Begins; the Raft member must have started. */
  public void start() {
    thread.start();
  }

  private void run() {
    while (true) {
      try {
        TimeUnit.NANOSECONDS.sleep(ROUND.toNanos());
        if (raft.isLeaderReady()) {
          raft.status().filter(RaftStatus::isLeader).ifPresent(this::lead);
        }
        access.announce();
      } catch (InterruptedException e) {
        return;
      } catch (UnavailableException e) {
        log.debug("the store is not open", e);
      } catch (RuntimeException e) {
        log.error("the duties of the leader failed; they are tried again", e);
      }
    }
  }

  private void lead(RaftStatus status) {
    if (raft.live().query(queries -> queries.cluster().isEmpty()).value()) {
      proposals.propose(commands.bootstrap(randomHex(16), cluster, randomBytes(32)));
    }
    long now = System.nanoTime();
    if (status.term() != term) {
      // How long ago the leader before ticked is not known here.
      tick(Duration.ZERO, now);
      term = status.term();
    } else if (now - lastTick >= TICK.toNanos()) {
      tick(Duration.ofNanos(now - lastTick), now);
      collect();
      dropUnreachable(status);
      access.warnOfExpiry();
    }
    access.advance();
    housekeeping.advance();
  }

  /** Time counts from the proposal, whatever becomes of it: cluster time may lag, never hurry. */
  private void tick(Duration elapsed, long now) {
    lastTick = now;
    proposals.propose(commands.tick(elapsed));
  }

  private void collect() {
    List<ExpiredLink> expired =
        raft.live().query(queries -> queries.expiredLinks(COLLECTED)).value();
    while (!expired.isEmpty() && proposals.propose(commands.collect(expired))) {
      expired =
          expired.size() < COLLECTED
              ? List.of()
              : raft.live().query(queries -> queries.expiredLinks(COLLECTED)).value();
    }
  }

  private void dropUnreachable(RaftStatus status) {
    Set<RegionId> reachable =
        status.members().stream()
            .filter(member ->
                member
                    .lastContact()
                    .filter(contact -> contact.compareTo(OUT_OF_CONTACT) >= 0)
                    .isEmpty())
            .map(RaftStatus.Member::region)
            .collect(Collectors.toSet());
    for (NodeFound node : raft.live().query(queries -> queries.nodes()).value()) {
      if (!reachable.contains(node.server())) {
        log.info("node {} leaves: its metadata server is out of contact or gone", node.nodeId());
        proposals.propose(commands.leaveNode(node.nodeId()));
      }
    }
  }

  private String randomHex(int bytes) {
    return HexFormat.of().formatHex(randomBytes(bytes));
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

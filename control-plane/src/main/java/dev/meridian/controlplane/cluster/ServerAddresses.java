package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.query.OperatorQueries.RegionFound;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the gRPC services of the metadata servers are. Each server announces its own to the cluster
 * whenever the store says otherwise; the configuration counts for those that have not done so yet.
 */
public final class ServerAddresses implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerAddresses.class);
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** The region's nodes wait for it. */
  private static final Duration UNTIL_ANNOUNCED = Duration.ofMillis(50);

  private final RaftNode raft;
  private final String own;
  private final Map<RegionId, String> configured;
  private final SystemProposals proposals;
  private final SystemCommands commands;
  private final Thread thread = Thread.ofVirtual().name("server-addresses").unstarted(this::run);

  /**
   * @param own host:port of this server's services
   * @param configured the others' as the configuration has them
   */
  public ServerAddresses(
      RaftNode raft,
      String own,
      Map<RegionId, String> configured,
      SystemProposals proposals,
      SystemCommands commands) {
    this.raft = raft;
    this.own = own;
    this.configured = Map.copyOf(configured);
    this.proposals = proposals;
    this.commands = commands;
  }

  /** Begins to announce this server; it must be in a group. */
  public void start() {
    thread.start();
  }

  /** host:port of the others' services. */
  public Map<RegionId, String> others() {
    Map<RegionId, String> known = new TreeMap<>(configured);
    for (RegionFound region : announced()) {
      if (!region.region().equals(raft.region()) && !region.grpcAddress().isEmpty()) {
        known.put(region.region(), region.grpcAddress());
      }
    }
    return known;
  }

  private List<RegionFound> announced() {
    try {
      return raft.live().query(queries -> queries.forOperators().regions()).value();
    } catch (UnavailableException e) {
      log.debug("the store is not open yet", e);
      return List.of();
    }
  }

  private void run() {
    while (true) {
      try {
        boolean announced = raft.isRunning() && isAnnounced();
        if (!announced && raft.isRunning() && isFounded()) {
          proposals.propose(commands.announceRegion(own));
        }
        TimeUnit.NANOSECONDS.sleep((announced ? ROUND : UNTIL_ANNOUNCED).toNanos());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.warn("cannot announce this server; it is tried again", e);
      }
    }
  }

  private boolean isFounded() {
    LiveDatabase.Answer<Boolean> founded =
        raft.live().query((Queries queries) -> queries.cluster().isPresent());
    return founded.value();
  }

  private boolean isAnnounced() {
    return announced().stream()
        .anyMatch(found -> found.region().equals(raft.region()) && found.grpcAddress().equals(own));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.raft.ListenAddress;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The gRPC edge of a running Raft member, wired. */
public final class RpcEdge implements AutoCloseable {

  private final Peers peers;
  private final NodeSessions sessions;
  private final LeaderDuties duties;
  private final GrpcServer server;

  /**
   * @param peerAddresses host:port of the other servers' gRPC services
   * @param inProcessName under which a node of the same process finds the services
   */
  public RpcEdge(
      String cluster,
      RegionId region,
      ListenAddress address,
      String inProcessName,
      Map<RegionId, String> peerAddresses,
      RaftNode raft,
      CommandPreparer preparer,
      SystemCommands systemCommands) {
    ClusterHeader header = new ClusterHeader(cluster);
    SystemProposals proposals = new SystemProposals(raft.gateway());
    this.peers = new Peers(peerAddresses, header);
    this.sessions =
        new NodeSessions(region, raft.live(), raft.applied(), proposals, systemCommands);
    this.duties = new LeaderDuties(cluster, raft, proposals, systemCommands);
    this.server =
        new GrpcServer(
            address,
            inProcessName,
            header,
            List.of(
                new MetadataService(
                    new Commands(preparer, raft.gateway(), peers),
                    new Reads(raft.live(), raft.barrier(), raft.applied()),
                    sessions),
                new PeerService(raft.applied()),
                new AdminService(region, raft)));
  }

  /** Opens the services; the Raft member must have started. */
  public void start() throws IOException {
    server.start();
    peers.start();
    sessions.start();
    duties.start();
  }

  /** The port of the services. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    duties.close();
    sessions.close();
    server.close();
    peers.close();
  }
}

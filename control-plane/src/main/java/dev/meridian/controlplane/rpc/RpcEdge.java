package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.ClusterHeader;
import dev.meridian.controlplane.cluster.NodeSessions;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.raft.ListenAddress;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.util.List;

/** The gRPC edge of a running Raft member, wired. */
public final class RpcEdge implements AutoCloseable {

  private final GrpcServer server;

  /**
   * @param inProcessName under which a node of the same process finds the services
   */
  public RpcEdge(
      RegionId region,
      ListenAddress address,
      String inProcessName,
      ClusterHeader header,
      RaftNode raft,
      CommandPreparer preparer,
      Peers peers,
      NodeSessions sessions) {
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
                new RaftService(region, raft)));
  }

  /** Opens the services; the Raft member must have started. */
  public void start() throws IOException {
    server.start();
  }

  /** The port of the services. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}

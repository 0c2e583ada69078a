package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.AppliedTimes;
import dev.meridian.controlplane.cluster.ClusterEntry;
import dev.meridian.controlplane.cluster.ClusterHeader;
import dev.meridian.controlplane.cluster.NodeReports;
import dev.meridian.controlplane.cluster.NodeSessions;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.cluster.Visibility;
import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.raft.ListenAddress;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.admin.AdminServices;
import dev.meridian.controlplane.rpc.admin.MemberStatuses;
import dev.meridian.controlplane.rpc.admin.Operators;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import io.grpc.BindableService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The gRPC edge of a metadata server, wired. */
public final class RpcEdge implements AutoCloseable {

  private final GrpcServer server;

  /**
   * @param security how callers are known
   * @param inProcessName under which a node of the same process finds the services
   */
  public RpcEdge(
      ListenAddress address,
      RpcSecurity security,
      String inProcessName,
      ClusterHeader header,
      RaftNode raft,
      CommandPreparer preparer,
      Operators operators,
      ClusterEntry entry,
      Peers peers,
      Visibility visibility,
      NodeSessions sessions,
      AppliedTimes times) {
    InstantSource clock = InstantSource.system();
    Commands commands = new Commands(preparer, raft, visibility);
    Reads reads = new Reads(raft);
    MemberStatuses statuses = new MemberStatuses(raft, peers, clock);
    List<BindableService> services = new ArrayList<>();
    services.add(new MetadataService(commands, reads, sessions));
    services.add(new PeerService(raft, entry, statuses, sessions));
    services.addAll(
        AdminServices.of(
            header.cluster(),
            raft,
            operators,
            commands,
            reads,
            peers,
            statuses,
            new NodeReports(sessions, peers),
            times,
            clock));
    this.server =
        new GrpcServer(address, security, inProcessName, header, operators.login(), services);
  }

  /** Opens the services; until the server is in a group most calls are UNAVAILABLE. */
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

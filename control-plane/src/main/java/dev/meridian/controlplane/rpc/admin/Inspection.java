package dev.meridian.controlplane.rpc.admin;

import com.google.protobuf.Timestamp;
import dev.meridian.controlplane.cluster.PeerServer;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.PeerInspection;
import dev.meridian.proto.metadata.GetMemberStatusReply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a metadata server sees of itself and of the others, for {@code meridianctl doctor}. */
final class Inspection {

  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final String cluster;
  private final RaftNode raft;
  private final Peers peers;
  private final MemberStatuses statuses;
  private final InstantSource clock;

  Inspection(
      String cluster, RaftNode raft, Peers peers, MemberStatuses statuses, InstantSource clock) {
    this.cluster = cluster;
    this.raft = raft;
    this.peers = peers;
    this.statuses = statuses;
    this.clock = clock;
  }

  InspectReply inspect(Deadline deadline) {
    GetMemberStatusReply own = statuses.own();
    return InspectReply.newBuilder()
        .setCluster(cluster)
        .setRegion(raft.region().value())
        .setDiskFreeBytes(own.getDiskFreeBytes())
        .setDiskTotalBytes(own.getDiskTotalBytes())
        .addAllPeers(others())
        .addAllNodes(nodes())
        .setQuorum(hasQuorum(deadline.atMost(ANSWER)))
        .setWallTime(timestamp(clock.millis()))
        .build();
  }

  private static Timestamp timestamp(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(millis, 1_000L))
        .setNanos((int) Math.floorMod(millis, 1_000L) * 1_000_000)
        .build();
  }

  private boolean hasQuorum(Deadline deadline) {
    try {
      raft.barrier().await(deadline);
      return true;
    } catch (UnavailableException e) {
      return false;
    }
  }

  private List<Node> nodes() {
    return raft.live().query(queries -> queries.nodes()).value().stream()
        .map(node ->
            Node.newBuilder()
                .setNodeId(node.nodeId())
                .setRegion(node.region().value())
                .setInternalAddress(node.internalAddress())
                .setDrained(node.drained())
                .build())
        .toList();
  }

  private List<PeerInspection> others() {
    Queue<PeerInspection> found = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      peers
          .all()
          .forEach((region, server) -> threads.execute(() -> found.add(inspect(region, server))));
    }
    return found.stream().sorted(Comparator.comparing(PeerInspection::getRegion)).toList();
  }

  private PeerInspection inspect(RegionId region, PeerServer server) {
    PeerInspection.Builder seen =
        PeerInspection.newBuilder().setRegion(region.value()).setGrpcAddress(server.address());
    try {
      // The first call may have to connect.
      var unused = server.introduce(Deadline.in(ANSWER));
      long sent = System.nanoTime();
      long sentAt = clock.millis();
      GetMemberStatusReply reply = server.memberStatus(Deadline.in(ANSWER));
      long roundTrip = Duration.ofNanos(System.nanoTime() - sent).toMillis();
      seen.setReachable(true)
          .setRoundTripMs(roundTrip)
          .setClockOffsetMs(reply.getWallTimeMs() - (sentAt + roundTrip / 2))
          .setDiskFreeBytes(reply.getDiskFreeBytes())
          .setDiskTotalBytes(reply.getDiskTotalBytes());
    } catch (StatusRuntimeException e) {
      Status status = e.getStatus();
      seen.setError(
          status.getDescription() == null
              ? status.getCode().name()
              : status.getCode() + ": " + status.getDescription());
    }
    return seen.build();
  }
}

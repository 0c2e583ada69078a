package dev.meridian.controlplane.cluster;

import com.google.common.util.concurrent.ListenableFuture;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import dev.meridian.proto.metadata.AwaitRevisionRequest;
import dev.meridian.proto.metadata.GetMemberStatusReply;
import dev.meridian.proto.metadata.GetMemberStatusRequest;
import dev.meridian.proto.metadata.IntroduceReply;
import dev.meridian.proto.metadata.IntroduceRequest;
import dev.meridian.proto.metadata.ListNodeReportsRequest;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import dev.meridian.proto.metadata.PrepareToJoinReply;
import dev.meridian.proto.metadata.PrepareToJoinRequest;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another metadata server. The connection is made when it is first needed. Calls end with a {@code
 * StatusRuntimeException} when it does not answer by their deadline.
 */
public final class PeerServer implements AutoCloseable {

  /** gRPC allows a client no shorter time. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(2);

  private final String address;
  private final ManagedChannel connection;
  private final Channel channel;

  /**
   * @param address host:port of its gRPC services
   */
  PeerServer(String address, ClusterHeader header, ChannelCredentials credentials) {
    this.address = address;
    this.connection =
        NettyChannelBuilder.forTarget(address, credentials)
            // After a cut, TCP alone may be silent for minutes.
            .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .build();
    this.channel = header.attachedTo(connection);
  }

  /** host:port of its gRPC services. */
  public String address() {
    return address;
  }

  /** Its services. */
  public Channel channel() {
    return channel;
  }

  /** Connects anew at once; a channel by itself would pause for up to two minutes. */
  public void resetBackoff() {
    connection.resetConnectBackoff();
  }

  ListenableFuture<AwaitRevisionReply> awaitRevision(long revision, Deadline end) {
    long millis = Math.max(1, end.remaining().toMillis());
    return PeerServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
        .awaitRevision(
            AwaitRevisionRequest.newBuilder().setRevision(revision).setTimeoutMs(millis).build());
  }

  /** Who it is. */
  public IntroduceReply introduce(Deadline end) {
    return stub(end).introduce(IntroduceRequest.getDefaultInstance());
  }

  /** Asks it to start as a listener of the group. */
  public PrepareToJoinReply prepareToJoin(PrepareToJoinRequest request, Deadline end) {
    return stub(end).prepareToJoin(request);
  }

  /** How it stands. */
  public GetMemberStatusReply memberStatus(Deadline end) {
    return stub(end).getMemberStatus(GetMemberStatusRequest.getDefaultInstance());
  }

  /** What the nodes say that have sessions with it. */
  public List<NodeReport> nodeReports(Deadline end) {
    return stub(end).listNodeReports(ListNodeReportsRequest.getDefaultInstance()).getReportsList();
  }

  private PeerServiceGrpc.PeerServiceBlockingStub stub(Deadline end) {
    return PeerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Math.max(1, end.remaining().toNanos()), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    connection.shutdownNow();
  }
}

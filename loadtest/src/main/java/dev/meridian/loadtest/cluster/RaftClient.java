package dev.meridian.loadtest.cluster;

import com.google.common.util.concurrent.ListenableFuture;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RaftServiceGrpc.RaftServiceFutureStub;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks metadata servers about their Raft group. */
final class RaftClient implements AutoCloseable {

  private static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER);

  /** Of several that are asked at once one may stand still. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The answer of one is waited for, however busy the machine is. */
  private static final Duration LONGEST_STATUS = Duration.ofSeconds(30);

  /** The server's own bound may be shorter. */
  private static final Duration LONGEST_SNAPSHOT = Duration.ofMinutes(10);

  private final Metadata headers = new Metadata();
  private final Map<Integer, ManagedChannel> channels = new HashMap<>();

  RaftClient(String cluster) {
    headers.put(CLUSTER, cluster);
  }

  /** The leader of the newest term that any server knows; a server that was cut off may not. */
  Optional<String> leader(List<RegionServer> servers) {
    List<ListenableFuture<GetRaftStatusReply>> asked =
        servers.stream().map(server -> status(server, PATIENCE)).toList();
    return asked.stream()
        .flatMap(RaftClient::answer)
        .filter(status -> !status.getLeader().isEmpty())
        .max(Comparator.comparingLong(GetRaftStatusReply::getTerm))
        .map(GetRaftStatusReply::getLeader);
  }

  /**
   * How many entries of its log a server has applied that its newest snapshot lacks.
   *
   * @throws IOException when the server does not answer
   */
  long entriesAfterSnapshot(RegionServer server) throws IOException {
    return await("Raft status of " + server.region(), status(server, LONGEST_STATUS))
        .getMembersList()
        .stream()
        .filter(member -> member.getRegion().equals(server.region()))
        .mapToLong(member -> member.getApplied() - member.getSnapshot())
        .sum();
  }

  /**
   * Lets a server take a snapshot, and waits for it.
   *
   * @throws IOException when the server does not answer, or cannot take one
   */
  void takeSnapshot(RegionServer server) throws IOException {
    await(
        "snapshot of " + server.region(),
        stub(server, LONGEST_SNAPSHOT).takeSnapshot(TakeSnapshotRequest.getDefaultInstance()));
  }

  private ListenableFuture<GetRaftStatusReply> status(RegionServer server, Duration patience) {
    return stub(server, patience).getRaftStatus(GetRaftStatusRequest.getDefaultInstance());
  }

  private RaftServiceFutureStub stub(RegionServer server, Duration patience) {
    ManagedChannel channel = channel(server.grpcPort());
    channel.resetConnectBackoff(); // it may be up again just now
    return RaftServiceGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <T> T await(String what, ListenableFuture<T> asked) throws IOException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      throw new IOException(what + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw Pause.interrupted(e);
    }
  }

  private static Stream<GetRaftStatusReply> answer(ListenableFuture<GetRaftStatusReply> asked) {
    try {
      return Stream.of(asked.get());
    } catch (ExecutionException e) {
      return Stream.empty(); // it is down or stands still
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Stream.empty();
    }
  }

  private synchronized ManagedChannel channel(int port) {
    return channels.computeIfAbsent(
        port, p -> NettyChannelBuilder.forAddress("127.0.0.1", p).usePlaintext().build());
  }

  @Override
  public synchronized void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}

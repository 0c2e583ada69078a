package dev.meridian.loadtest.cluster;

import com.google.common.util.concurrent.ListenableFuture;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.RaftServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks metadata servers which region leads. */
final class LeaderFinder implements AutoCloseable {

  private static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER);
  private static final long PATIENCE_MS = 2_000;

  private final Metadata headers = new Metadata();
  private final Map<Integer, ManagedChannel> channels = new HashMap<>();

  LeaderFinder(String cluster) {
    headers.put(CLUSTER, cluster);
  }

  /** The leader of the newest term that any server knows; a server that was cut off may not. */
  Optional<String> find(List<RegionServer> servers) {
    List<ListenableFuture<GetRaftStatusReply>> asked = servers.stream().map(this::ask).toList();
    return asked.stream()
        .flatMap(LeaderFinder::answer)
        .filter(status -> !status.getLeader().isEmpty())
        .max(Comparator.comparingLong(GetRaftStatusReply::getTerm))
        .map(GetRaftStatusReply::getLeader);
  }

  private ListenableFuture<GetRaftStatusReply> ask(RegionServer server) {
    ManagedChannel channel = channel(server.grpcPort());
    channel.resetConnectBackoff(); // it may be up again just now
    return RaftServiceGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS)
        .getRaftStatus(GetRaftStatusRequest.getDefaultInstance());
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

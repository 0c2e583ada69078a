package dev.meridian.controlplane.cluster;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import dev.meridian.proto.metadata.AwaitRevisionRequest;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class VisibilityTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Answers when it is let. */
  private static final class OtherServer extends PeerServiceGrpc.PeerServiceImplBase {
    private final List<Long> asked = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> released = new CompletableFuture<>();
    private volatile long heldFrom = Long.MAX_VALUE;

    @Override
    public void awaitRevision(
        AwaitRevisionRequest request, StreamObserver<AwaitRevisionReply> reply) {
      asked.add(request.getRevision());
      Runnable answer =
          () -> {
            reply.onNext(AwaitRevisionReply.newBuilder().setApplied(request.getRevision()).build());
            reply.onCompleted();
          };
      if (request.getRevision() < heldFrom) {
        answer.run();
      } else {
        var unused = released.thenRun(answer);
      }
    }

    /** Answers all that it was asked until now, also again, and holds what comes after. */
    void release() {
      CompletableFuture<Void> before = released;
      released = new CompletableFuture<>();
      heldFrom = asked.stream().mapToLong(Long::longValue).max().orElseThrow() + 1;
      before.complete(null);
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static Peers peersAt(int port) {
    return new Peers(
        () -> Map.of(RegionId.parse("eu-west"), "127.0.0.1:" + port),
        new ClusterHeader("demo"),
        InsecureChannelCredentials.create());
  }

  private static CompletableFuture<Void> await(Visibility visibility, long revision) {
    return CompletableFuture.runAsync(
        () -> visibility.await(revision, Deadline.in(PATIENCE)), Thread::startVirtualThread);
  }

  /** Whether a further delete is still waiting some time after the other server was asked. */
  private static boolean isWaitedFor(Visibility visibility, OtherServer other) throws Exception {
    long revision = other.heldFrom + other.asked.size();
    CompletableFuture<Void> waiting = await(visibility, revision);
    eventually("asked", () -> waiting.isDone() || other.asked.contains(revision));
    try {
      waiting.get(200, TimeUnit.MILLISECONDS);
      // On a busy machine it may have been given up: it must be back before a delete waits again.
      other.release();
      return false;
    } catch (TimeoutException e) {
      return true;
    }
  }

  @Test
  void waitsAgainForAServerThatIsBack() throws Exception {
    int port = freePort();
    OtherServer other = new OtherServer();
    try (Peers peers = peersAt(port);
        Visibility visibility = new Visibility(peers)) {
      visibility.start();
      await(visibility, 5).join();

      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
              .intercept(new ClusterHeader("demo"))
              .addService(other)
              .build()
              .start();
      try {
        eventually("asked for what it missed, without a delete", () -> other.asked.contains(5L));
        other.heldFrom = 6;
        eventually("a delete waits", () -> isWaitedFor(visibility, other));
        other.release();
      } finally {
        server.shutdownNow();
      }
    }
  }

  @Test
  void doesNotWaitForeverForAServerThatIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Peers peers = peersAt(silent.getLocalPort());
        Visibility visibility = new Visibility(peers)) {
      long began = System.nanoTime();
      visibility.await(5, Deadline.in(Duration.ofMinutes(1)));
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(30));
    }
  }
}

package dev.meridian.controlplane.cluster;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import dev.meridian.proto.metadata.AwaitRevisionRequest;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other metadata servers. Connections are made when they are first needed. */
public final class Peers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  /** How long a delete waits for the other regions. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Servers out of contact are asked again so often: soon after they are back, deletes wait. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** gRPC allows a client no shorter time. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final List<Peer> peers = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("peers").unstarted(this::run);

  /**
   * @param addresses host:port of the others' gRPC services
   */
  public Peers(Map<RegionId, String> addresses, ClusterHeader header) {
    addresses.forEach((region, address) -> peers.add(new Peer(region, address, header)));
  }

  /** Begins to look after those that are out of contact. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(ROUND.toNanos());
        peers.stream().filter(peer -> !peer.inContact).forEach(Peer::askAgain);
      }
    } catch (InterruptedException e) {
      log.debug("stopped");
    }
  }

  /**
   * Waits until the servers in contact have applied a revision; 2 s at most. A server that did not
   * answer last time is asked but not waited for.
   */
  public void awaitRevision(long revision, Deadline deadline) {
    Deadline end = deadline.atMost(PATIENCE);
    List<CompletableFuture<Boolean>> waited = new ArrayList<>();
    for (Peer peer : peers) {
      boolean inContact = peer.inContact;
      CompletableFuture<Boolean> answer = peer.awaitRevision(revision, end);
      if (inContact) {
        waited.add(answer);
      }
    }
    try {
      CompletableFuture.allOf(waited.toArray(CompletableFuture[]::new))
          .get(end.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.debug("not every server has revision {} yet", revision);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    peers.forEach(peer -> peer.channel.shutdownNow());
  }

  private static final class Peer {
    private final RegionId region;
    private final ManagedChannel channel;
    private final PeerServiceGrpc.PeerServiceFutureStub stub;
    private volatile boolean inContact = true;
    private volatile long missed;

    Peer(RegionId region, String address, ClusterHeader header) {
      this.region = region;
      this.channel =
          NettyChannelBuilder.forTarget(address)
              .usePlaintext()
              // After a cut, TCP alone may be silent for minutes.
              .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
              .keepAliveTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .keepAliveWithoutCalls(true)
              .build();
      this.stub = PeerServiceGrpc.newFutureStub(header.attachedTo(channel));
    }

    /** For the revision that it missed; the channel would pause for up to two minutes. */
    void askAgain() {
      channel.resetConnectBackoff();
      var unused = awaitRevision(missed, Deadline.in(ROUND));
    }

    CompletableFuture<Boolean> awaitRevision(long revision, Deadline end) {
      CompletableFuture<Boolean> reached = new CompletableFuture<>();
      long millis = Math.max(1, end.remaining().toMillis());
      Futures.addCallback(
          stub.withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
              .awaitRevision(
                  AwaitRevisionRequest.newBuilder()
                      .setRevision(revision)
                      .setTimeoutMs(millis)
                      .build()),
          new FutureCallback<AwaitRevisionReply>() {
            @Override
            public void onSuccess(AwaitRevisionReply reply) {
              contact(reply.getApplied() >= revision, revision);
              reached.complete(reply.getApplied() >= revision);
            }

            @Override
            public void onFailure(Throwable failure) {
              contact(false, revision);
              reached.complete(false);
            }
          },
          Runnable::run);
      return reached;
    }

    private void contact(boolean now, long revision) {
      if (!now) {
        missed = revision;
      }
      if (inContact != now) {
        log.info(
            now
                ? "deletes wait for the metadata server of {} again"
                : "deletes no longer wait for the metadata server of {}, which is out of contact",
            region);
        inContact = now;
      }
    }
  }
}

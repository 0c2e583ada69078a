package dev.meridian.controlplane.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.retry.RequestTypeDependentRetryPolicy;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto.TypeCase;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.TimeDuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends entries to the leader, wherever it is, through Ratis' ordered client.
 *
 * <p>The client follows the leader through elections and sends again what was not answered; Ratis
 * recognises such a repetition. It gives up an entry after {@link #PATIENCE}, so that a command
 * that nobody waits for any more does not take effect when a partition heals much later. Then all
 * that was sent behind it fails too, and a new client takes its place.
 */
final class LeaderClient implements CommandGateway.EntrySender {

  private static final Logger log = LoggerFactory.getLogger(LeaderClient.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final TimeDuration PAUSE = TimeDuration.valueOf(50, TimeUnit.MILLISECONDS);

  private final RaftProperties properties;
  private final Parameters parameters;
  private final Supplier<RaftGroup> group;
  private final Supplier<RaftPeerId> leaderHint;
  private RaftClient client;
  private boolean closed;

  /**
   * @param group the members as they are at the moment
   * @param leaderHint the leader as far as it is known, else null
   */
  LeaderClient(
      RaftProperties properties,
      Parameters parameters,
      Supplier<RaftGroup> group,
      Supplier<RaftPeerId> leaderHint) {
    this.properties = properties;
    this.parameters = parameters;
    this.group = group;
    this.leaderHint = leaderHint;
  }

  @Override
  public CompletableFuture<Outcomes> send(Entry entry) {
    Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry.toByteArray()));
    RaftClient used;
    try {
      used = client();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return used.async()
        .send(message)
        .handle((reply, failure) -> {
          if (failure != null || !reply.isSuccess()) {
            replace(used);
            throw new CompletionException(
                "the leader did not answer", failure != null ? failure : reply.getException());
          }
          return outcomes(reply);
        });
  }

  private static Outcomes outcomes(RaftClientReply reply) {
    try {
      return Outcomes.parseFrom(reply.getMessage().getContent().asReadOnlyByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new CompletionException("the leader's answer is no list of outcomes", e);
    }
  }

  private synchronized RaftClient client() {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    if (client == null) {
      client =
          RaftClient.newBuilder()
              .setProperties(properties)
              .setParameters(parameters)
              .setRaftGroup(group.get())
              .setLeaderId(leaderHint.get())
              .setRetryPolicy(retryPolicy())
              .build();
    }
    return client;
  }

  private static RetryPolicy retryPolicy() {
    return RequestTypeDependentRetryPolicy.newBuilder()
        .setRetryPolicy(TypeCase.WRITE, RetryPolicies.retryForeverWithSleep(PAUSE))
        .setTimeout(
            TypeCase.WRITE, TimeDuration.valueOf(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
        .build();
  }

  /** Its window of ordered requests is broken. */
  private void replace(RaftClient broken) {
    synchronized (this) {
      if (client != broken) {
        return;
      }
      client = null;
    }
    // Not on this thread, which is one of the client's own.
    Thread.startVirtualThread(() -> close(broken));
  }

  private static void close(RaftClient client) {
    try {
      client.close();
    } catch (IOException e) {
      log.warn("cannot close the client of the Raft group", e);
    }
  }

  @Override
  public void close() {
    RaftClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      close(last);
    }
  }
}

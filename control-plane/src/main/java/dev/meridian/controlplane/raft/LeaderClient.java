package dev.meridian.controlplane.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends entries to the leader, wherever it is.
 *
 * <p>This server takes part in the elections, so it knows who leads: to itself it hands an entry
 * without a connection. An entry that fails, or whose leader is not the leader any more, is sent
 * again under the same call id, by which Ratis recognises it. That ends after a while, so that a
 * command that nobody waits for any more does not take effect when a partition heals much later.
 *
 * <p>Ratis' own client knows no leader and tries one member after the other, and its ordered window
 * can hold all entries back for seconds after that.
 */
final class LeaderClient implements CommandGateway.EntrySender {

  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(LeaderClient.class);

  /** Between two attempts, unless another leader is known earlier. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How soon the end of a leader is noticed. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** Between two connections to a member. */
  private static final Duration RECONNECTION = Duration.ofSeconds(1);

  private final Supplier<? extends Member> running;
  private final ClientId clientId;
  private final RaftClientRpc connections;
  private final Duration patience;
  private final Map<RaftPeerId, Pace> reconnections = new ConcurrentHashMap<>();
  private final ExecutorService senders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("leader-client-", 0).factory());

  /** This member of the group. */
  interface Member {

    RaftPeerId id();

    RaftGroupId groupId();

    /** Who leads, as far as it knows. */
    Optional<RaftPeerId> leader();

    /** The members as they are now. */
    RaftGroup group();

    /** Takes a request without a connection, as the leader. */
    CompletableFuture<RaftClientReply> submit(RaftClientRequest request) throws IOException;
  }

  /**
   * @param running this member, as it is at the moment
   * @param connections to the others, of the client of this id
   * @param patience how long an entry is sent again and again
   */
  LeaderClient(
      Supplier<? extends Member> running,
      ClientId clientId,
      RaftClientRpc connections,
      Duration patience) {
    this.running = running;
    this.clientId = clientId;
    this.connections = connections;
    this.patience = patience;
  }

  /** With connections of its own. */
  static LeaderClient of(
      RaftProperties properties, Parameters parameters, Supplier<? extends Member> running) {
    ClientId clientId = ClientId.randomId();
    RaftClientRpc connections =
        ClientFactory.cast(RaftConfigKeys.Rpc.type(properties, log::debug).newFactory(parameters))
            .newRaftClientRpc(clientId, properties);
    return new LeaderClient(running, clientId, connections, PATIENCE);
  }

  @Override
  public CompletableFuture<Outcomes> send(Entry entry) {
    Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry.toByteArray()));
    return CompletableFuture.supplyAsync(() -> outcomes(deliver(message)), senders);
  }

  private static Outcomes outcomes(RaftClientReply reply) {
    try {
      return Outcomes.parseFrom(reply.getMessage().getContent().asReadOnlyByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new CompletionException("the leader's answer is no list of outcomes", e);
    }
  }

  private RaftClientReply deliver(Message message) {
    long callId = CallId.getAndIncrement();
    Deadline deadline = Deadline.in(patience);
    Exception last = null;
    try {
      while (!deadline.passed()) {
        Optional<RaftPeerId> leader = leader();
        if (leader.isPresent()) {
          try {
            return attempt(leader.get(), callId, message, deadline);
          } catch (IOException | UnavailableException e) {
            log.debug("{} did not take an entry", leader.get(), e);
            last = e;
          }
        }
        awaitAnother(leader);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      last = e;
    }
    throw new CompletionException("no leader answered", last);
  }

  private Optional<RaftPeerId> leader() {
    try {
      return running.get().leader();
    } catch (UnavailableException e) {
      // Between two starts.
      log.debug("no member", e);
      return Optional.empty();
    }
  }

  /** Returns when one leads that is not this one, or after the pause. */
  private void awaitAnother(Optional<RaftPeerId> failed) throws InterruptedException {
    Deadline pause = Deadline.in(PAUSE);
    while (!pause.passed() && !leadsAnother(failed)) {
      Thread.sleep(LOOK);
    }
  }

  private boolean leadsAnother(Optional<RaftPeerId> than) {
    Optional<RaftPeerId> now = leader();
    return now.isPresent() && !now.equals(than);
  }

  /**
   * @throws IOException when it did not take the entry; or may have, but is silent for long, or
   *     does not lead any more
   * @throws CompletionException when it took the entry and could not apply it
   */
  private RaftClientReply attempt(
      RaftPeerId leader, long callId, Message message, Deadline deadline)
      throws IOException, InterruptedException {
    CompletableFuture<RaftClientReply> answer = submit(leader, callId, message, deadline);
    while (true) {
      try {
        RaftClientReply reply = answer.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        if (reply.isSuccess()) {
          return reply;
        }
        RaftException refusal = reply.getException();
        if (refusal instanceof StateMachineException) {
          throw new CompletionException(refusal);
        }
        throw refusal == null ? new IOException(leader + " does not say why not") : refusal;
      } catch (TimeoutException e) {
        if (deadline.passed() || leadsAnother(Optional.of(leader))) {
          throw new IOException(leader + " has not answered", e);
        }
      } catch (ExecutionException e) {
        throw new IOException(leader + " has failed", e.getCause());
      }
    }
  }

  private CompletableFuture<RaftClientReply> submit(
      RaftPeerId leader, long callId, Message message, Deadline deadline) throws IOException {
    Member member = running.get();
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setLeaderId(leader)
            .setGroupId(member.groupId())
            .setCallId(callId)
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            // After that nothing of it may be under way any more. Without an answer for half of it
            // a connection may have broken silently, as a cut cable does.
            .setTimeoutMs(
                Math.max(1, deadline.atMost(patience.dividedBy(2)).remaining().toMillis()))
            .build();
    if (leader.equals(member.id())) {
      return member.submit(request);
    }
    connections.addRaftPeers(member.group().getPeers());
    return CompletableFuture.supplyAsync(() -> sent(request), senders);
  }

  private RaftClientReply sent(RaftClientRequest request) {
    try {
      return connections.sendRequest(request);
    } catch (IOException e) {
      // A connection that has broken waits ever longer before it is made again; and to close it
      // takes a while.
      RaftPeerId peer = request.getServerId();
      if (reconnections.computeIfAbsent(peer, any -> new Pace(RECONNECTION)).isDue()) {
        senders.execute(() -> connections.handleException(peer, e, true));
      }
      throw new CompletionException(e);
    }
  }

  @Override
  public void close() {
    senders.shutdownNow();
    try {
      connections.close();
    } catch (IOException e) {
      log.warn("cannot close the connections to the members of the group", e);
    }
  }
}

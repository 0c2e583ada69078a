package dev.meridian.controlplane.raft;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where entries go, and what becomes of them while leaders come and go. */
class LeaderClientTest {

  private static final RaftPeerId SELF = RaftPeerId.valueOf("us-east");
  private static final RaftPeerId OTHER = RaftPeerId.valueOf("eu-west");
  private static final RaftPeerId THIRD = RaftPeerId.valueOf("ap-south");
  private static final RaftGroupId GROUP = RaftGroupId.randomId();
  private static final ClientId CLIENT = ClientId.randomId();
  private static final Duration LONG = Duration.ofMinutes(5);

  /** A request under way, and where it was handed in. */
  private record Attempt(
      RaftClientRequest request, boolean local, CompletableFuture<RaftClientReply> reply) {

    RaftPeerId to() {
      return request.getServerId();
    }

    void decide(long revision) {
      Outcomes outcomes =
          Outcomes.newBuilder()
              .addOutcomes(CommandOutcome.newBuilder().setRevision(revision))
              .build();
      answer(outcomes.toByteArray());
    }

    void answer(byte[] content) {
      reply.complete(
          RaftClientReply.newBuilder()
              .setRequest(request)
              .setSuccess()
              .setMessage(Message.valueOf(ByteString.copyFrom(content)))
              .build());
    }

    void refuse(RaftException reason) {
      reply.complete(RaftClientReply.newBuilder().setRequest(request).setException(reason).build());
    }

    void breakOff() {
      reply.completeExceptionally(new IOException("the connection is broken"));
    }
  }

  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private final List<RaftPeerId> reconnected = new CopyOnWriteArrayList<>();
  private final List<RaftPeerId> known = new CopyOnWriteArrayList<>();
  private volatile Optional<RaftPeerId> leader = Optional.of(OTHER);
  private volatile boolean started = true;
  private final LeaderClient client = client(LONG);

  /** This member, which hears who leads from the test. */
  private final class FakeMember implements LeaderClient.Member {
    @Override
    public RaftPeerId id() {
      return SELF;
    }

    @Override
    public RaftGroupId groupId() {
      return GROUP;
    }

    @Override
    public Optional<RaftPeerId> leader() {
      return leader;
    }

    @Override
    public RaftGroup group() {
      return RaftGroup.valueOf(
          GROUP,
          Stream.of(SELF, OTHER, THIRD)
              .map(id -> RaftPeer.newBuilder().setId(id).build())
              .toList());
    }

    @Override
    public CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
      return attempt(request, true).reply();
    }
  }

  /** Connections over which nothing comes but what the test answers. */
  private final class FakeConnections implements RaftClientRpc {
    @Override
    public RaftClientReply sendRequest(RaftClientRequest request) throws IOException {
      try {
        return attempt(request, false).reply().get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
      peers.forEach(peer -> known.add(peer.getId()));
    }

    @Override
    public boolean handleException(RaftPeerId peer, Throwable failure, boolean reconnect) {
      reconnected.add(peer);
      return reconnect;
    }

    @Override
    public void close() {}
  }

  private LeaderClient client(Duration patience) {
    return new LeaderClient(this::running, CLIENT, new FakeConnections(), patience);
  }

  private LeaderClient.Member running() {
    if (!started) {
      throw new UnavailableException("between two starts");
    }
    return new FakeMember();
  }

  private Attempt attempt(RaftClientRequest request, boolean local) {
    Attempt attempt = new Attempt(request, local, new CompletableFuture<>());
    attempts.add(attempt);
    return attempt;
  }

  private Attempt awaitAttempt(int number) {
    eventually("attempt " + number, () -> attempts.size() >= number);
    return attempts.get(number - 1);
  }

  @AfterEach
  void close() {
    attempts.forEach(Attempt::breakOff);
    client.close();
  }

  @Test
  void handsEntriesToItselfWithoutAConnection() {
    leader = Optional.of(SELF);
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt only = awaitAttempt(1);
    assertThat(only.local()).isTrue();
    only.decide(7);
    assertThat(revision(outcomes)).isEqualTo(7);
    assertThat(known).isEmpty();
  }

  @Test
  void sendsEntriesToTheLeaderOfAllMembersThatItKnows() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt only = awaitAttempt(1);
    assertThat(only.local()).isFalse();
    assertThat(only.to()).isEqualTo(OTHER);
    assertThat(only.request().getClientId()).isEqualTo(CLIENT);
    assertThat(only.request().getRaftGroupId()).isEqualTo(GROUP);
    assertThat(known).containsExactlyInAnyOrder(SELF, OTHER, THIRD);
    only.decide(7);
    assertThat(revision(outcomes)).isEqualTo(7);
  }

  @Test
  void eachEntryHasACallIdOfItsOwn() {
    var first = client.send(Entry.getDefaultInstance());
    var second = client.send(Entry.getDefaultInstance());
    awaitAttempt(2);
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertThat(attempts.get(0).request().getCallId())
        .isNotEqualTo(attempts.get(1).request().getCallId());
  }

  @Test
  void anEntryWhoseConnectionBreaksIsSentAgainUnderItsCallId() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt first = awaitAttempt(1);
    first.breakOff();
    Attempt second = awaitAttempt(2);
    assertThat(second.request().getCallId()).isEqualTo(first.request().getCallId());
    eventually("the connection is made anew", () -> reconnected.contains(OTHER));
    second.decide(8);
    assertThat(revision(outcomes)).isEqualTo(8);
  }

  @Test
  void anEntryThatIsRefusedIsSentAgainUnderItsCallId() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt first = awaitAttempt(1);
    first.refuse(new LeaderNotReadyException(RaftGroupMemberId.valueOf(OTHER, GROUP)));
    Attempt second = awaitAttempt(2);
    assertThat(second.request().getCallId()).isEqualTo(first.request().getCallId());
    second.decide(8);
    assertThat(revision(outcomes)).isEqualTo(8);
  }

  @Test
  void aLeaderThatIsSilentIsLeftForTheNextOne() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt first = awaitAttempt(1);
    leader = Optional.of(THIRD);
    Attempt second = awaitAttempt(2);
    assertThat(second.to()).isEqualTo(THIRD);
    assertThat(second.request().getCallId()).isEqualTo(first.request().getCallId());
    // Of a leader that was: what it says now is not what is answered.
    first.decide(1);
    assertThat(outcomes).isNotDone();
    second.decide(8);
    assertThat(revision(outcomes)).isEqualTo(8);
  }

  @Test
  void aLeaderThatIsLostIsStillHeardUntilThereIsAnother() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    Attempt only = awaitAttempt(1);
    leader = Optional.empty();
    only.decide(7);
    assertThat(revision(outcomes)).isEqualTo(7);
  }

  @Test
  void anEntryWaitsForALeaderAndForThisMember() {
    started = false;
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    leader = Optional.empty();
    started = true;
    leader = Optional.of(THIRD);
    awaitAttempt(1).decide(7);
    assertThat(revision(outcomes)).isEqualTo(7);
  }

  @Test
  void anEntryThatCannotBeAppliedIsNotSentAgain() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    awaitAttempt(1).refuse(new StateMachineException("the store is gone"));
    assertThatThrownBy(outcomes::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("the store is gone");
    assertThat(attempts).hasSize(1);
  }

  @Test
  void anAnswerThatIsNoListOfOutcomesIsAFailure() {
    CompletableFuture<Outcomes> outcomes = client.send(Entry.getDefaultInstance());
    awaitAttempt(1).answer(new byte[] {(byte) 0xff});
    assertThatThrownBy(outcomes::join).hasMessageContaining("no list of outcomes");
  }

  @Test
  void itGivesUpInTheEnd() {
    leader = Optional.empty();
    try (LeaderClient hasty = client(Duration.ofMillis(50))) {
      CompletableFuture<Outcomes> outcomes = hasty.send(Entry.getDefaultInstance());
      assertThatThrownBy(outcomes::join).hasMessageContaining("no leader answered");
    }
    assertThat(attempts).isEmpty();
  }

  @Test
  void aLeaderThatStaysSilentIsGivenUpInTheEnd() {
    try (LeaderClient hasty = client(Duration.ofSeconds(2))) {
      CompletableFuture<Outcomes> outcomes = hasty.send(Entry.getDefaultInstance());
      assertThat(awaitAttempt(1).request().getTimeoutMs()).isBetween(1L, 1_000L);
      assertThatThrownBy(outcomes::join).hasMessageContaining("no leader answered");
    }
  }

  private static long revision(CompletableFuture<Outcomes> outcomes) {
    return outcomes.join().getOutcomes(0).getRevision();
  }
}

package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the Raft group, with the store that it keeps.
 *
 * <p>It starts whether or not the others are there, and then waits for a majority in the
 * background. The addresses of the members are those of the configuration, also where the log
 * remembers others.
 */
public final class RaftNode implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RaftNode.class);

  private final RaftSettings settings;
  private final RaftGroup group;
  private final boolean returning;
  private final LiveDatabase live;
  private final AppliedRevision applied = new AppliedRevision();
  private final MetadataStateMachine stateMachine;
  private final RaftServer server;
  private final ClientId readId = ClientId.randomId();
  private final LeaderClient leaderClient;
  private final CommandGateway gateway;
  private final Barrier barrier;

  /**
   * Takes the data directory; nothing runs before {@link #start}.
   *
   * @throws IllegalStateException when the directory belongs to another server
   */
  public RaftNode(
      RaftSettings settings, CommandApplier applier, Halt halt, CommandGateway.CommitTimer timer)
      throws IOException {
    this.settings = settings;
    DataDirectory directory =
        DataDirectory.claim(settings.data(), settings.cluster(), settings.region());
    this.returning = Files.exists(directory.raft());
    this.group = group(settings);
    this.live = new LiveDatabase(directory.store());
    Checkpoints checkpoints =
        new Checkpoints(
            directory.checkpoints(),
            directory.incoming(),
            settings.checkpointInterval(),
            settings.checkpointAge(),
            InstantSource.system());
    this.stateMachine =
        new MetadataStateMachine(directory, live, checkpoints, applier, applied, halt);
    ListenAddress.parse("metadata.raft.addr", settings.self().address())
        .requireLoopback("metadata.raft.addr")
        // Ratis ends the process when it cannot listen.
        .requireFree("metadata.raft.addr");
    this.server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(settings.region().value()))
            .setProperties(RatisProperties.server(settings, directory.raft()))
            .setGroup(group)
            .setStateMachine(stateMachine)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    this.leaderClient = new LeaderClient(RatisProperties.client(settings), group, this::leaderPeer);
    this.gateway = new CommandGateway(leaderClient, applied::reached, timer);
    this.barrier = new Barrier(this::readIndex, System::nanoTime);
  }

  private static RaftGroup group(RaftSettings settings) {
    UUID id =
        UUID.nameUUIDFromBytes(
            ("meridian:" + settings.cluster() + ":0").getBytes(StandardCharsets.UTF_8));
    List<RaftPeer> peers =
        settings.members().stream()
            .map(member ->
                RaftPeer.newBuilder()
                    .setId(member.region().value())
                    .setAddress(member.address())
                    .build())
            .toList();
    return RaftGroup.valueOf(RaftGroupId.valueOf(id), peers);
  }

  /**
   * Opens the store and takes part in the group.
   *
   * @throws IllegalStateException when log and store do not fit together
   */
  public void start() throws IOException {
    try {
      awaitEndOfLease();
      server.start();
    } catch (IOException | RuntimeException e) {
      close();
      Throwable cause = e;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof IllegalStateException refused) {
        throw refused;
      }
      throw new IOException(
          "cannot start the metadata server of " + settings.region() + ": " + cause.getMessage(),
          cause);
    }
  }

  /**
   * A leader answers reads by itself for nearly an election time-out after a majority last answered
   * it. A voter that comes back has forgotten that it did, and would help to elect another one
   * meanwhile (FACTS 11).
   */
  private void awaitEndOfLease() throws IOException {
    if (!returning || settings.members().size() == 1) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(settings.electionTimeout().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the end of a lease");
    }
  }

  /** The store, for reading. */
  public LiveDatabase live() {
    return live;
  }

  /** How far the store is. */
  public AppliedRevision applied() {
    return applied;
  }

  /** The way of commands into the log. */
  public CommandGateway gateway() {
    return gateway;
  }

  /** Makes reads of the store linearizable. */
  public Barrier barrier() {
    return barrier;
  }

  /** Whether the member takes part in its group. */
  public boolean isRunning() {
    return live.isOpen() && division().map(d -> d.getInfo().isAlive()).orElse(false);
  }

  /** Log entries with commands that were applied since the start. */
  public long entriesAppliedSinceStart() {
    return stateMachine.appliedSinceStart();
  }

  /** Whether this member is the leader and has applied what leaders before it committed. */
  public boolean isLeaderReady() {
    return division().map(d -> d.getInfo().isLeaderReady()).orElse(false);
  }

  private Optional<RaftServer.Division> division() {
    try {
      return Optional.of(server.getDivision(group.getGroupId()));
    } catch (IOException | RuntimeException e) {
      log.debug("no division", e);
      return Optional.empty();
    }
  }

  private RaftPeerId leaderPeer() {
    return division().map(d -> d.getInfo().getLeaderId()).orElse(null);
  }

  private CompletableFuture<?> readIndex() {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(readId)
            .setServerId(server.getId())
            .setGroupId(group.getGroupId())
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.EMPTY)
            .setType(RaftClientRequest.readRequestType())
            .build();
    try {
      return server.submitClientRequestAsync(request).thenApply(RaftNode::answered);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static RaftClientReply answered(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    return reply;
  }

  /** What this member knows of its group; empty before the start and after the end. */
  public Optional<RaftStatus> status() {
    return live.isOpen() ? division().map(this::status) : Optional.empty();
  }

  private RaftStatus status(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    SnapshotInfo snapshot = division.getStateMachine().getLatestSnapshot();
    Map<String, Long> commits = new HashMap<>();
    for (CommitInfoProto commit : division.getCommitInfos()) {
      commits.put(commit.getServer().getId().toStringUtf8(), commit.getCommitIndex());
    }
    Map<String, Duration> contacts = new HashMap<>();
    for (ServerRpcProto follower : info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
      contacts.put(
          follower.getId().getId().toStringUtf8(),
          Duration.ofMillis(follower.getLastRpcElapsedTimeMs()));
    }
    List<RaftStatus.Member> members =
        settings.members().stream()
            .map(member ->
                new RaftStatus.Member(
                    member.region(),
                    member.address(),
                    commits.getOrDefault(member.region().value(), 0L),
                    Optional.ofNullable(contacts.get(member.region().value()))))
            .toList();
    return new RaftStatus(
        role(info.getCurrentRole()),
        Optional.ofNullable(info.getLeaderId()).map(id -> RegionId.parse(id.toString())),
        info.getCurrentTerm(),
        division.getRaftLog().getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        snapshot == null ? -1 : snapshot.getIndex(),
        members);
  }

  private static RaftStatus.Role role(RaftPeerRole role) {
    return switch (role) {
      case LEADER -> RaftStatus.Role.LEADER;
      case CANDIDATE -> RaftStatus.Role.CANDIDATE;
      case LISTENER -> RaftStatus.Role.LISTENER;
      case FOLLOWER, UNRECOGNIZED -> RaftStatus.Role.FOLLOWER;
    };
  }

  /** Leaves the group until the next start; reads that are under way end first. */
  @Override
  public void close() {
    gateway.close();
    stateMachine.stopping();
    try {
      server.close();
    } catch (IOException e) {
      log.warn("cannot close the Raft server of {}", settings.region(), e);
    }
    live.close();
  }
}

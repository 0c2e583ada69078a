package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.Enrolment;
import dev.meridian.controlplane.disk.GroupMember;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ratis' server with the state machine that it drives, from one start to its close. */
final class RaftMember implements LeaderClient.Member, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RaftMember.class);

  private final GroupMember self;
  private final Map<String, String> addresses;
  private final RaftGroupId groupId;
  private final MetadataStateMachine stateMachine;
  private final RaftServer server;
  private final CommitHistory commits;
  private final ClientId clientId = ClientId.randomId();
  private final Pace reconnections = new Pace(Duration.ofSeconds(1));

  /**
   * @param enrolment which member it is, and with whom it starts
   * @param alone whether the group has no other member
   */
  RaftMember(
      RaftSettings settings,
      RaftTls tls,
      Enrolment enrolment,
      boolean alone,
      DataDirectory directory,
      MetadataStateMachine stateMachine)
      throws IOException {
    this.self = enrolment.member();
    this.addresses =
        enrolment.group().stream().collect(Collectors.toMap(GroupMember::id, GroupMember::address));
    this.groupId = RaftGroupId.valueOf(enrolment.groupId());
    this.stateMachine = stateMachine;
    this.server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(self.id()))
            .setProperties(RatisProperties.server(settings, alone, directory.raft()))
            .setParameters(tls.parameters())
            .setGroup(group(groupId, enrolment.group()))
            .setStateMachine(stateMachine)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    this.commits = new CommitHistory(this::commitIndex);
  }

  private static RaftGroup group(RaftGroupId id, List<GroupMember> members) {
    return RaftGroup.valueOf(id, members.stream().map(RaftMember::peer).toList());
  }

  static RaftPeer peer(GroupMember member) {
    return RaftPeer.newBuilder()
        .setId(member.id())
        .setAddress(member.address())
        .setStartupRole(member.listener() ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER)
        .build();
  }

  /** The log remembers where a member was when it came; the configuration says where it is. */
  private GroupMember member(RaftPeer peer, boolean listener) {
    String id = peer.getId().toString();
    return new GroupMember(id, addresses.getOrDefault(id, peer.getAddress()), listener);
  }

  void start() throws IOException {
    server.start();
    commits.start();
  }

  @Override
  public RaftGroupId groupId() {
    return groupId;
  }

  GroupMember self() {
    return self;
  }

  @Override
  public RaftPeerId id() {
    return server.getId();
  }

  @Override
  public CompletableFuture<RaftClientReply> submit(RaftClientRequest request) throws IOException {
    return server.submitClientRequestAsync(request);
  }

  /** Entries with commands that were applied since the start. */
  long appliedSinceStart() {
    return stateMachine.appliedSinceStart();
  }

  Optional<RaftServer.Division> division() {
    try {
      return Optional.of(server.getDivision(groupId));
    } catch (IOException | RuntimeException e) {
      log.debug("no division", e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<RaftPeerId> leader() {
    return division().map(division -> division.getInfo().getLeaderId());
  }

  @Override
  public RaftGroup group() {
    return group(groupId, division().map(this::members).orElse(List.of(self)));
  }

  private long commitIndex() {
    return division().map(d -> d.getRaftLog().getLastCommittedIndex()).orElse(-1L);
  }

  /** Asks the leader for its commit index and waits until that is applied here. */
  CompletableFuture<?> readIndex() {
    try {
      return server
          .submitClientRequestAsync(
              request(RaftClientRequest.readRequestType()).setMessage(Message.EMPTY).build())
          .thenApply(RaftMember::answered)
          .whenComplete((reply, failure) -> {
            if (failure != null) {
              connectAnew();
            }
          });
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * A connection to a leader that was away waits for up to two minutes before it is tried again,
   * and fails what is asked meanwhile. Ratis sees to that only where it sends entries.
   */
  private void connectAnew() {
    if (!reconnections.isDue()) {
      return;
    }
    leader()
        .filter(leader -> !leader.equals(server.getId()))
        .ifPresent(leader ->
            server
                .getServerRpc()
                .handleException(leader, new IOException("no answer to a read index"), true));
  }

  /** Replaces the members, as the leader, if they are these; completes when that is committed. */
  CompletableFuture<RaftClientReply> replace(List<GroupMember> members, List<GroupMember> next) {
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(peers(members, false))
            .setListenersInCurrentConf(peers(members, true))
            .setServersInNewConf(peers(next, false))
            .setListenersInNewConf(peers(next, true))
            .build();
    return reply(() ->
        server.setConfigurationAsync(
            new SetConfigurationRequest(
                clientId, server.getId(), groupId, CallId.getAndIncrement(), arguments)));
  }

  private static List<RaftPeer> peers(List<GroupMember> members, boolean listeners) {
    return members.stream()
        .filter(member -> member.listener() == listeners)
        .map(RaftMember::peer)
        .toList();
  }

  /** Hands the lead over; completes when the other one leads. */
  CompletableFuture<RaftClientReply> transferLeader(GroupMember next, Deadline deadline) {
    return reply(() ->
        server.transferLeadershipAsync(
            new TransferLeadershipRequest(
                clientId,
                server.getId(),
                groupId,
                CallId.getAndIncrement(),
                RaftPeerId.valueOf(next.id()),
                millis(deadline))));
  }

  /** Has the updater take a checkpoint, whenever the last one was. */
  CompletableFuture<RaftClientReply> takeSnapshot(Deadline deadline) {
    stateMachine.demandSnapshot();
    return reply(() ->
        server.snapshotManagementAsync(
            SnapshotManagementRequest.newCreate(
                clientId,
                server.getId(),
                groupId,
                CallId.getAndIncrement(),
                millis(deadline),
                // Also when only one entry has come since the last.
                1)));
  }

  /** Index of the newest snapshot of this member, -1 if none. */
  long newestCheckpoint() {
    SnapshotInfo snapshot = stateMachine.getLatestSnapshot();
    return snapshot == null ? -1 : snapshot.getIndex();
  }

  private static long millis(Deadline deadline) {
    return Math.max(1, deadline.remaining().toMillis());
  }

  private interface Request {
    CompletableFuture<RaftClientReply> send() throws IOException;
  }

  private static CompletableFuture<RaftClientReply> reply(Request request) {
    try {
      return request.send().thenApply(RaftMember::answered);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private RaftClientRequest.Builder request(RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(clientId)
        .setServerId(server.getId())
        .setGroupId(groupId)
        .setCallId(CallId.getAndIncrement())
        .setType(type);
  }

  private static RaftClientReply answered(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    return reply;
  }

  /** The members of the newest configuration, committed or not; voters first. */
  List<GroupMember> members(RaftServer.Division division) {
    RaftConfiguration configuration = division.getRaftConf();
    return Stream.concat(
            configuration.getCurrentPeers().stream().map(peer -> member(peer, false)),
            configuration.getCurrentPeers(RaftPeerRole.LISTENER).stream()
                .map(peer -> member(peer, true)))
        .toList();
  }

  /** Empty after the end. */
  Optional<RaftStatus> status() {
    return division().map(this::status);
  }

  private RaftStatus status(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    return new RaftStatus(
        self,
        role(info.getCurrentRole()),
        Optional.ofNullable(info.getLeaderId()).map(RaftPeerId::toString),
        info.getCurrentTerm(),
        division.getRaftLog().getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        newestCheckpoint(),
        others(division));
  }

  private List<RaftStatus.Member> others(RaftServer.Division division) {
    Map<String, Long> committed = new HashMap<>();
    for (CommitInfoProto commit : division.getCommitInfos()) {
      committed.put(commit.getServer().getId().toStringUtf8(), commit.getCommitIndex());
    }
    Map<String, Duration> contacts = new HashMap<>();
    for (ServerRpcProto follower :
        division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
      contacts.put(
          follower.getId().getId().toStringUtf8(),
          Duration.ofMillis(follower.getLastRpcElapsedTimeMs()));
    }
    return members(division).stream()
        .map(member -> {
          long commit = committed.getOrDefault(member.id(), 0L);
          return new RaftStatus.Member(
              member, commit, commits.lag(commit), Optional.ofNullable(contacts.get(member.id())));
        })
        .toList();
  }

  private static RaftStatus.Role role(RaftPeerRole role) {
    return switch (role) {
      case LEADER -> RaftStatus.Role.LEADER;
      case CANDIDATE -> RaftStatus.Role.CANDIDATE;
      case LISTENER -> RaftStatus.Role.LISTENER;
      case FOLLOWER, UNRECOGNIZED -> RaftStatus.Role.FOLLOWER;
    };
  }

  @Override
  public void close() {
    commits.close();
    stateMachine.stopping();
    try {
      server.close();
    } catch (IOException e) {
      log.warn("cannot close the Raft server of {}", self.id(), e);
    }
  }
}

package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.cluster.PeerServer;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.metadata.GetMemberStatusReply;
import dev.meridian.proto.metadata.MemberSeen;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the group as they describe themselves, put together with what the leader, or else
 * this server, knows of those that do not answer.
 */
public final class MemberStatuses {

  private static final Logger log = LoggerFactory.getLogger(MemberStatuses.class);
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private final RaftNode raft;
  private final Peers peers;
  private final InstantSource clock;

  public MemberStatuses(RaftNode raft, Peers peers, InstantSource clock) {
    this.raft = raft;
    this.peers = peers;
    this.clock = clock;
  }

  /** This server as it stands. */
  public GetMemberStatusReply own() {
    RaftStatus status =
        raft.status().orElseThrow(() -> new UnavailableException("the server is in no group yet"));
    GetMemberStatusReply.Builder reply =
        GetMemberStatusReply.newBuilder()
            .setMemberId(status.self().id())
            .setRole(status.role().name().toLowerCase(Locale.ROOT))
            .setTerm(status.term())
            .setCommit(Math.max(0, status.commit()))
            .setApplied(Math.max(0, status.applied()))
            .setSnapshot(Math.max(0, status.snapshot()))
            .setLeader(status.leaderId().orElse(""))
            .setWallTimeMs(clock.millis());
    try {
      FileStore disk = Files.getFileStore(raft.data());
      reply.setDiskFreeBytes(disk.getUsableSpace()).setDiskTotalBytes(disk.getTotalSpace());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot ask how full the disk of " + raft.data() + " is", e);
    }
    status.members().forEach(seen -> reply.addMembers(seen(seen)));
    return reply.build();
  }

  private static MemberSeen seen(RaftStatus.Member seen) {
    MemberSeen.Builder described =
        MemberSeen.newBuilder()
            .setMember(member(seen.member()))
            .setCommit(Math.max(0, seen.commit()))
            .setLagMs(seen.lag().toMillis());
    seen.lastContact().ifPresent(contact -> described.setLastContactMs(contact.toMillis()));
    return described.build();
  }

  public static dev.meridian.proto.metadata.GroupMember member(GroupMember member) {
    return dev.meridian.proto.metadata.GroupMember.newBuilder()
        .setMemberId(member.id())
        .setRaftAddress(member.address())
        .setListener(member.listener())
        .build();
  }

  public static GroupMember member(dev.meridian.proto.metadata.GroupMember member) {
    return new GroupMember(member.getMemberId(), member.getRaftAddress(), member.getListener());
  }

  /** What each of the other servers says of itself, of those that answer. */
  Map<RegionId, GetMemberStatusReply> others() {
    Map<RegionId, GetMemberStatusReply> answers = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      peers
          .all()
          .forEach((region, server) ->
              threads.execute(
                  () -> ask(region, server).ifPresent(answer -> answers.put(region, answer))));
    }
    return answers;
  }

  private static Optional<GetMemberStatusReply> ask(RegionId region, PeerServer server) {
    try {
      return Optional.of(server.memberStatus(Deadline.in(ANSWER)));
    } catch (StatusRuntimeException e) {
      log.debug("the metadata server of {} does not say how it is", region, e);
      return Optional.empty();
    }
  }

  /** The group as a whole. */
  GetRaftStatusReply group() {
    GetMemberStatusReply own = own();
    Map<String, GetMemberStatusReply> told = new HashMap<>();
    others().values().forEach(answer -> told.put(answer.getMemberId(), answer));
    told.put(own.getMemberId(), own);
    // The leader of the highest term: one that was deposed may not know it yet.
    Optional<GetMemberStatusReply> leader =
        told.values().stream()
            .filter(answer -> answer.getRole().equals("leader"))
            .max(Comparator.comparingLong(GetMemberStatusReply::getTerm));
    GetMemberStatusReply view = leader.orElse(own);
    Map<RegionId, String> addresses = addresses();
    GetRaftStatusReply.Builder reply =
        GetRaftStatusReply.newBuilder()
            .setTerm(view.getTerm())
            .setLeader(view.getLeader().isEmpty() ? "" : region(view.getLeader()).value());
    for (MemberSeen seen : view.getMembersList()) {
      Optional<GetMemberStatusReply> answer =
          Optional.ofNullable(told.get(seen.getMember().getMemberId()));
      RaftMember.Builder member = describe(view, seen, answer);
      Optional.ofNullable(addresses.get(RegionId.parse(member.getRegion())))
          .ifPresent(member::setGrpcAddress);
      reply.addMembers(member);
    }
    return reply.build();
  }

  /** host:port of the gRPC services of all, this one included. */
  private Map<RegionId, String> addresses() {
    Map<RegionId, String> addresses = new HashMap<>();
    peers.all().forEach((region, server) -> addresses.put(region, server.address()));
    raft.live().query(queries -> queries.forOperators().regions()).value().stream()
        .filter(region -> region.region().equals(raft.region()))
        .forEach(region -> addresses.put(region.region(), region.grpcAddress()));
    return addresses;
  }

  private static RaftMember.Builder describe(
      GetMemberStatusReply view, MemberSeen seen, Optional<GetMemberStatusReply> answer) {
    String id = seen.getMember().getMemberId();
    long applied = answer.map(GetMemberStatusReply::getApplied).orElse(seen.getCommit());
    boolean leads = id.equals(view.getLeader());
    String silent = leads ? "leader" : "unknown";
    return RaftMember.newBuilder()
        .setRegion(region(id).value())
        .setRole(
            seen.getMember().getListener()
                ? "listener"
                : answer.map(GetMemberStatusReply::getRole).orElse(silent))
        .setCommit(answer.map(GetMemberStatusReply::getCommit).orElse(seen.getCommit()))
        .setApplied(applied)
        .setSnapshot(answer.map(GetMemberStatusReply::getSnapshot).orElse(0L))
        .setLagEntries(Math.max(0, view.getCommit() - applied))
        .setLagMs(applied >= view.getCommit() ? 0 : seen.getLagMs())
        .setLastContactMs(seen.getLastContactMs())
        .setAddress(seen.getMember().getRaftAddress())
        .setReachable(answer.isPresent());
  }

  static RegionId region(String memberId) {
    return new GroupMember(memberId, "", false).region();
  }
}

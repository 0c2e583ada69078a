package dev.meridian.controlplane;

import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.cluster.AccessDuties;
import dev.meridian.controlplane.cluster.AppliedTimes;
import dev.meridian.controlplane.cluster.ClusterEntry;
import dev.meridian.controlplane.cluster.ClusterHeader;
import dev.meridian.controlplane.cluster.LeaderDuties;
import dev.meridian.controlplane.cluster.NodeSessions;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.cluster.ReplicationMeters;
import dev.meridian.controlplane.cluster.ServerAddresses;
import dev.meridian.controlplane.cluster.SystemProposals;
import dev.meridian.controlplane.cluster.Visibility;
import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.prepare.AccessPreparer;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.prepare.CommandEnvelope;
import dev.meridian.controlplane.prepare.CommandPreparer;
import dev.meridian.controlplane.prepare.OperatorEnvelope;
import dev.meridian.controlplane.prepare.PasswordHashing;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.raft.ListenAddress;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftSettings;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.controlplane.raft.RaftTls;
import dev.meridian.controlplane.rpc.RpcEdge;
import dev.meridian.controlplane.rpc.RpcSecurity;
import dev.meridian.controlplane.rpc.admin.Operators;
import dev.meridian.controlplane.rpc.calls.CallerIdentity;
import dev.meridian.controlplane.rpc.login.OperatorLogin;
import dev.meridian.model.RegionId;
import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.GrpcCredentials;
import dev.meridian.tls.PeerRole;
import io.grpc.InsecureChannelCredentials;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A region's metadata server.
 *
 * <p>{@link #start} returns when the services answer; whether the server is in a group shows in
 * {@link #isReady}, whether a majority of servers is there in {@link #status}. Until it is,
 * commands and linearizable reads are UNAVAILABLE.
 */
public final class ControlPlane implements AutoCloseable {

  private final ControlPlaneConfig config;
  private final String inProcessName;
  private final Optional<ClusterIdentity> identity;
  private final RaftNode raft;
  private final ServerAddresses addresses;
  private final Peers peers;
  private final Visibility visibility;
  private final ClusterEntry entry;
  private final NodeSessions sessions;
  private final LeaderDuties duties;
  private final RpcEdge rpc;
  private final MeterRegistry meters;
  private final Gauge applyLag;
  private final ReplicationMeters replication;
  private volatile boolean started;

  /**
   * Takes the data directory.
   *
   * @param announcements what is shown once to who starts the server, and is in no log: the secret
   *     of the first administrator
   * @throws IllegalStateException when it belongs to another server
   * @throws IllegalArgumentException when a setting is not valid
   */
  public ControlPlane(
      ControlPlaneConfig config, Consumer<String> announcements, MeterRegistry meters)
      throws IOException {
    this(config, settings(config), Halt.process(), announcements, meters);
  }

  /** With Raft settings of its own, for tests. */
  ControlPlane(
      ControlPlaneConfig config,
      RaftSettings settings,
      Halt halt,
      Consumer<String> announcements,
      MeterRegistry meters)
      throws IOException {
    this.config = config;
    this.meters = meters;
    this.inProcessName = "meridian-" + config.region() + "-" + UUID.randomUUID();
    this.identity =
        config
            .tls()
            .map(files -> ClusterIdentity.open(files, config.cluster(), Set.of(PeerRole.SERVER)));
    ListenAddress grpc =
        ListenAddress.parse("metadata.addr", config.grpcAddress())
            .requireLoopbackUnless(identity.isPresent(), "metadata.addr");
    Timer commits =
        Timer.builder("meridian.raft.commit")
            .description("Time from sending a log entry to its outcome")
            .publishPercentileHistogram()
            .register(meters);
    this.raft =
        new RaftNode(
            settings,
            identity.map(RaftTls::mutual).orElse(RaftTls.NONE),
            new CommandApplier(),
            halt,
            commits::record);
    ClusterHeader header = new ClusterHeader(config.cluster());
    SystemProposals proposals = new SystemProposals(raft.gateway());
    CommandEnvelope envelope =
        new CommandEnvelope(
            raft.applied()::current,
            InstantSource.system(),
            config.linkLife(),
            config.tagHistory());
    SystemCommands commands = new SystemCommands(config.region(), envelope);
    this.addresses =
        new ServerAddresses(raft, config.grpcAddress(), otherServers(config), proposals, commands);
    this.peers =
        new Peers(
            addresses::others,
            header,
            identity.map(GrpcCredentials::toServers).orElseGet(InsecureChannelCredentials::create));
    this.visibility = new Visibility(peers);
    this.entry =
        new ClusterEntry(
            raft,
            peers,
            this::startDuties,
            failure -> halt.halt("cannot take part in the cluster", failure));
    this.sessions = new NodeSessions(raft, proposals, commands);
    this.duties =
        new LeaderDuties(
            config.cluster(),
            raft,
            proposals,
            commands,
            new AccessDuties(
                raft.live(),
                proposals,
                commands,
                config.loginsRequired(),
                announcements,
                InstantSource.system()));
    AppliedTimes times = new AppliedTimes(System::nanoTime);
    this.rpc =
        new RpcEdge(
            grpc,
            identity
                .map(own -> RpcSecurity.mutual(own, config.loginsRequired()))
                .orElseGet(() -> RpcSecurity.plainText(config.cluster())),
            inProcessName,
            header,
            raft,
            new CommandPreparer(envelope),
            operators(
                envelope,
                account ->
                    Thread.startVirtualThread(() -> proposals.propose(commands.noteUse(account)))),
            entry,
            peers,
            visibility,
            sessions,
            times);
    this.applyLag =
        Gauge.builder("meridian.raft.apply.lag.entries", this, ControlPlane::applyLag)
            .description("Committed log entries that are not applied yet")
            .tag("region", config.region().value())
            .register(meters);
    identity.ifPresent(known -> CertificateMeters.add(known, meters));
    this.replication = new ReplicationMeters(raft.live(), times, meters);
  }

  private Operators operators(CommandEnvelope envelope, Consumer<String> used) {
    PasswordHashing hashing = new PasswordHashing();
    OperatorEnvelope operators =
        new OperatorEnvelope(
            envelope, OperatorLogin::caller, config.region(), config.loginsRequired());
    return new Operators(
        new OperatorLogin(
            config.loginsRequired(),
            CallerIdentity::operator,
            raft,
            config.disconnected(),
            hashing,
            used,
            InstantSource.system(),
            meters),
        new AdminPreparer(operators),
        new AccessPreparer(
            operators,
            hashing,
            () -> raft.live().query(queries -> queries.clusterTimeMillis()).value()));
  }

  static RaftSettings settings(ControlPlaneConfig config) {
    return RaftSettings.of(
        config.cluster(),
        config.region(),
        config.data(),
        config.peers().stream()
            .map(peer ->
                new RaftSettings.Member(
                    peer.region(),
                    peer.region().equals(config.region())
                        ? config.raftAddress()
                        : peer.raftAddress()))
            .toList(),
        config.roundTrip());
  }

  private static Map<RegionId, String> otherServers(ControlPlaneConfig config) {
    return config.peers().stream()
        .filter(peer -> !peer.region().equals(config.region()))
        .collect(
            Collectors.toMap(
                ControlPlaneConfig.Peer::region, ControlPlaneConfig.Peer::grpcAddress));
  }

  /**
   * Starts the server, whether or not the others are there. One whose directory is empty looks for
   * its place in the background ({@link ClusterEntry}).
   *
   * @throws IllegalStateException when log and store in the data directory do not fit together
   */
  public void start() throws IOException {
    try {
      rpc.start();
    } catch (IOException e) {
      close();
      throw new IOException(
          "metadata.addr: cannot listen on " + config.grpcAddress() + ": " + e.getMessage(), e);
    }
    try {
      entry.begin();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void startDuties() {
    addresses.start();
    visibility.start();
    sessions.start();
    duties.start();
    replication.start();
    started = true;
  }

  /** The port of the gRPC services. */
  public int grpcPort() {
    return rpc.port();
  }

  /** The name under which {@code InProcessChannelBuilder} reaches the services in this process. */
  public String inProcessName() {
    return inProcessName;
  }

  /** Whether the store is open and the services answer; says nothing of a majority. */
  public boolean isReady() {
    return started && raft.isRunning();
  }

  RaftNode raft() {
    return raft;
  }

  /** The state of this server, for health checks. */
  public ControlPlaneStatus status() {
    Optional<RaftStatus> status = raft.status();
    return new ControlPlaneStatus(
        isReady(),
        status.flatMap(RaftStatus::leader),
        status.map(RaftStatus::term).orElse(0L),
        raft.applied().current(),
        applyLag(),
        raft.barrier().passedWithin(Duration.ofSeconds(15)));
  }

  private long applyLag() {
    return raft.status().map(status -> Math.max(0, status.commit() - status.applied())).orElse(0L);
  }

  @Override
  public void close() {
    started = false;
    entry.close();
    replication.close();
    duties.close();
    sessions.close();
    rpc.close();
    visibility.close();
    addresses.close();
    peers.close();
    raft.close();
    identity.ifPresent(ClusterIdentity::close);
    meters.remove(applyLag);
  }
}

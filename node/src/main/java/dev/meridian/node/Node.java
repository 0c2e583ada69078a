package dev.meridian.node;

import dev.meridian.model.ByteSize;
import dev.meridian.node.auth.Auth;
import dev.meridian.node.auth.SigningKeys;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.GuardedBlobStore;
import dev.meridian.node.blobs.StorageBreaker;
import dev.meridian.node.fetch.BlobFetcher;
import dev.meridian.node.fetch.ComparedFiles;
import dev.meridian.node.fetch.Holders;
import dev.meridian.node.fetch.RegionBlobs;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.fetch.SpoolDirectory;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.health.DrainWatch;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.health.ProbedHealth;
import dev.meridian.node.http.HttpEdge;
import dev.meridian.node.limits.LoginLimits;
import dev.meridian.node.limits.RateLimits;
import dev.meridian.node.limits.Settlement;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.metadata.grpc.GrpcMetadataClient;
import dev.meridian.node.metadata.grpc.MetadataEndpoint;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.peer.RegionProbe;
import dev.meridian.node.peer.StandInStorage;
import dev.meridian.node.redirect.BlobCapabilities;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.ManifestService;
import dev.meridian.node.registry.ReferrerService;
import dev.meridian.node.registry.Residency;
import dev.meridian.node.registry.RevisionTracking;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadService;
import dev.meridian.node.replication.DurablePushes;
import dev.meridian.node.replication.PushCopies;
import dev.meridian.node.replication.ReplicationSettings;
import dev.meridian.node.replication.ReplicationWorker;
import dev.meridian.node.routing.ClientAddresses;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionDistances;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import dev.meridian.node.sweep.ObjectSweeper;
import dev.meridian.node.sweep.Scrubber;
import dev.meridian.node.sweep.SweepSettings;
import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.ServerCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An edge node: all its parts, started in order and closed in reverse. It keeps no state that
 * another node of its region could not take over.
 */
public final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private static final ByteSize MANIFEST_CACHE = ByteSize.mebibytes(64);

  /** A blob that is pushed elsewhere waits so long at most until its copy begins. */
  private static final Duration REPLICATION_PERIOD = Duration.ofMillis(500);

  /** A cold fetch that gets nothing for so long is given up. */
  private static final Duration NO_PROGRESS = Duration.ofSeconds(30);

  /** After this a node that has not joined says so once; it goes on trying. */
  private static final Duration JOIN = Duration.ofSeconds(30);

  private final NodeConfig config;
  private final MeterRegistry meters;
  private final Closing closing = new Closing();
  private final GrpcMetadataClient metadata;
  private final String nodeId;
  private final ProbedHealth health;
  private final ObjectSweeper sweeper;
  private final ReplicationWorker replication;
  private final Scrubber scrubber;
  private final RegionDistances distances;
  private final RegionProbe regionProbe;
  private final Auth auth;
  private final HttpEdge edge;
  private final PeerServer peerServer;
  private final Settlement settlement;

  /**
   * Makes the parts; nothing listens yet.
   *
   * @param inProcessMetadata name of the metadata server of this process, if it has one; it takes
   *     the place of the first of the configured ones
   * @param meters where all metrics go; served at {@code /metrics}
   */
  public Node(
      NodeConfig config, Optional<String> inProcessMetadata, PrometheusMeterRegistry meters) {
    this.config = config;
    this.meters = meters;
    this.nodeId = config.region() + "-" + UUID.randomUUID();
    Vertx vertx = EventLoops.start();
    closing.add("event loops", () -> vertx.close().await());
    StorageBreaker breaker = new StorageBreaker(System::nanoTime);
    BlobStore store =
        closing.add(
            "object storage", new GuardedBlobStore(RegionStorage.open(config, meters), breaker));
    Optional<ClusterIdentity> identity =
        config
            .internal()
            .tls()
            .map(files ->
                closing.add(
                    "certificates", NodeCertificates.ofNode(files, config.cluster(), meters)));
    PeerTls tls = identity.map(PeerTls::mutual).orElse(PeerTls.NONE);
    metadata =
        closing.add(
            "metadata client",
            new GrpcMetadataClient(
                config.cluster(), endpoints(config, inProcessMetadata, identity)));
    PeerClient peers =
        closing.add(
            "peer client", new PeerClient(vertx, config.cluster(), PeerSettings.DEFAULTS, tls));
    distances = new RegionDistances(System::nanoTime);
    RegionMap regions = new RegionMap(config.region(), metadata::membership, distances::known);
    SpoolDirectory spool =
        new SpoolDirectory(
            config.uploads().spool().resolve("fetch"),
            RegionStorage.halfSpool(config).bytes(),
            NO_PROGRESS);
    StandInStorage standIns = new StandInStorage(regions, peers);
    health = closing.add("health", health(config, nodeId, metadata, store, breaker, standIns));
    Gauge.builder("meridian.storage.up", health, known -> known.storageUp() ? 1 : 0)
        .description("Whether this region's object storage answered last")
        .tags("region", config.region().value(), "bucket", RegionStorage.bucket(config.storage()))
        .register(meters);
    OwnerSelector owners = new OwnerSelector(regions, nodeId);
    RegionCopies copies =
        new RegionCopies(
            config.region(),
            metadata,
            store,
            health::storageUp,
            new ComparedFiles(config.replication().scrubInterval(), System::nanoTime),
            meters);
    ReplicaSelector replicas = new ReplicaSelector(regions::preference, System::nanoTime);
    regionProbe = new RegionProbe(regions, peers, distances, replicas);
    BlobFetcher fetcher =
        new BlobFetcher(
            owners, peers, new Holders(regions, replicas, peers), spool, copies, meters);
    sweeper =
        new ObjectSweeper(
            config.region(),
            metadata,
            store,
            owners,
            SweepSettings.of(config.objects().doomedGrace(), config.uploads().expiry()),
            meters);
    NodeConfig.Replication limits = config.replication();
    replication =
        new ReplicationWorker(
            regions,
            metadata,
            owners,
            fetcher,
            health::storageUp,
            new ReplicationSettings(
                limits.concurrency(), rate(limits.bandwidth()), REPLICATION_PERIOD),
            meters);
    scrubber =
        new Scrubber(
            copies,
            metadata,
            store,
            owners,
            Throttle.of(rate(limits.scrubRate()), () -> regions.nodesIn(config.region()).size()),
            limits.scrubInterval(),
            meters);
    DurablePushes pushes =
        new DurablePushes(
            metadata,
            new PushCopies(regions, metadata, owners, peers, fetcher, limits.pushWait()),
            limits.pushWait());
    RevisionTracking tracked = new RevisionTracking(metadata, pushes::execute);
    RegionRedirects redirects =
        new RegionRedirects(
            regions,
            replicas,
            ClientRouting.locator(config, closing),
            ClientRouting.nearness(config, distances),
            ClientRouting.toRegions(config),
            new BlobCapabilities(metadata));
    RateLimits rateLimits = new RateLimits(config.access().limits(), System::nanoTime, meters);
    settlement = new Settlement(rateLimits, owners::inCluster, peers::settleLimits);
    Freshness lists = freshness(config.reads());
    auth =
        closing.add(
            "accounts",
            new Auth(
                config.region(),
                config.access().logins(),
                metadata.access(),
                new SigningKeys(metadata::membership, metadata::clusterTimeMillis),
                new LoginLimits(rateLimits),
                InstantSource.system(),
                name -> metadata.execute(Caller.NODE, new MetadataCommand.NoteUse(name))));
    edge =
        new HttpEdge(
            vertx,
            config.region(),
            new HttpEdge.Services(
                new ManifestService(tracked, lists, MANIFEST_CACHE),
                new BlobService(
                    copies,
                    tracked,
                    fetcher,
                    new BlobService.StorageRedirects(
                        ClientRouting.toStorage(config), config.objects().presign()),
                    redirects),
                new UploadService(copies, tracked, store, config.uploads().expiry()),
                new UploadForwarder(regions, peers, health::storageUp),
                new Residency(config.region(), tracked, redirects),
                new TagService(tracked, lists),
                new ReferrerService(tracked, lists),
                health,
                auth,
                rateLimits),
            HttpEdge.Settings.of(
                RegionStorage.chunkMinLength(config.storage()),
                new ClientAddresses(config.routing().clients().trusted())),
            () -> metadata.membership().clusterId(),
            meters,
            meters::scrape);
    peerServer =
        new PeerServer(
            vertx,
            config.cluster(),
            config.internal().addr(),
            new RegionBlobs(metadata, copies, fetcher),
            edge.requestHandler(),
            health::storageUp,
            PeerSettings.DEFAULTS,
            tls);
    peerServer.answerLimits(settlement::answer);
    peerServer.tellDistances(distances::known);
  }

  /**
   * Begins to listen and to join the cluster; returns when it listens. Whether it has joined is
   * what {@code /readyz} says.
   */
  public void start() {
    closing.add("internal listener", peerServer);
    peerServer.start();
    HostPort http = HostPort.parse(config.http().addr());
    Optional<ServerCertificate> certificate =
        config
            .http()
            .tls()
            .map(files ->
                closing.add("HTTP certificate", NodeCertificates.ofListener(files, meters)));
    closing.add("HTTP listener", edge);
    edge.start(http.host(), http.port(), certificate.map(ServerCertificate::keyManager));
    Thread.ofVirtual().name("join").start(this::join);
    auth.start();
    closing.add("object sweeper", sweeper);
    sweeper.start();
    closing.add("replication", replication);
    replication.start();
    if (config.replication().scrubRate().bytes() > 0) {
      closing.add("scrubber", scrubber);
      scrubber.start();
    }
    closing.add("region probe", regionProbe);
    regionProbe.start();
    closing.add("rate limits", settlement);
    settlement.start();
    LOG.info("node of {} listens at {}:{}", config.region(), http.host(), edge.port());
  }

  /** The port of the public listener, once started. */
  public int httpPort() {
    return edge.port();
  }

  /** Whether the metadata plane has told it of all of these, which it may ask for blobs then. */
  public boolean knows(Collection<Node> others) {
    List<String> known =
        metadata.membership().nodes().stream().map(Membership.Member::nodeId).toList();
    return others.stream().allMatch(other -> known.contains(other.nodeId));
  }

  /** What this node knows of its health. */
  public HealthState health() {
    return health;
  }

  /**
   * Not ready at once; requests in flight finish, within the drain time-out; then all is closed.
   */
  @Override
  public void close() {
    health.drain();
    if (!edge.drain(config.http().drainTimeout())) {
      LOG.warn(
          "requests were still in flight {} s after the stop was asked for",
          config.http().drainTimeout().toSeconds());
    }
    closing.close();
  }

  private void join() {
    String address =
        config
            .internal()
            .advertise()
            .orElseGet(() ->
                new HostPort(HostPort.parse(config.internal().addr()).host(), peerServer.port())
                    .toString());
    try {
      metadata.join(
          new Membership.Member(nodeId, config.region(), address),
          () ->
              new Membership.Report(
                  config.http().advertise(),
                  distances.known(),
                  replication.progress().report(),
                  ClientRouting.place(config)),
          JOIN);
      LOG.info("node {} of {} has joined cluster {}", nodeId, config.region(), config.cluster());
    } catch (MetadataUnavailableException e) {
      LOG.warn("node {} has not joined yet and goes on trying", nodeId, e);
    }
  }

  private static List<MetadataEndpoint> endpoints(
      NodeConfig config, Optional<String> inProcess, Optional<ClusterIdentity> identity) {
    return Stream.concat(
            inProcess.map(MetadataEndpoint::inProcess).stream(),
            config.metadataServers().stream()
                .skip(inProcess.isPresent() ? 1 : 0)
                .map(server ->
                    identity
                        .map(own -> MetadataEndpoint.socket(server, own))
                        .orElseGet(() -> MetadataEndpoint.socket(server))))
        .toList();
  }

  private static ProbedHealth health(
      NodeConfig config,
      String nodeId,
      MetadataClient metadata,
      BlobStore store,
      StorageBreaker breaker,
      StandInStorage standIns) {
    return new ProbedHealth(
        config.region(),
        metadata,
        store,
        breaker::isOpen,
        RegionStorage.disk(config),
        () -> standIns.find(region -> true).isPresent(),
        new DrainWatch(config.region(), nodeId, config.http().drainTimeout(), System::nanoTime),
        InstantSource.system());
  }

  /** Zero is no limit. */
  private static OptionalLong rate(ByteSize bytesPerSecond) {
    return bytesPerSecond.bytes() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(bytesPerSecond.bytes());
  }

  private static Freshness freshness(NodeConfig.Reads reads) {
    return reads.staleness().isZero()
        ? Freshness.LINEARIZABLE
        : new Freshness(Freshness.Mode.BOUNDED, reads.staleness(), 0);
  }
}

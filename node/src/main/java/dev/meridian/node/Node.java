package dev.meridian.node;

import dev.meridian.model.ByteSize;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.http.HttpEdge;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.GrpcMetadataClient;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataEndpoint;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerBlobs;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.ManifestService;
import dev.meridian.node.registry.RedirectPolicy;
import dev.meridian.node.registry.ReferrerService;
import dev.meridian.node.registry.RevisionTracking;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadService;
import dev.meridian.node.replication.ColdBlobs;
import dev.meridian.node.replication.NoHolderException;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
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

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private static final ByteSize MANIFEST_CACHE = ByteSize.mebibytes(64);

  /** After this a node that has not joined says so once; it goes on trying. */
  private static final Duration JOIN = Duration.ofSeconds(30);

  private static final PeerBlobs NO_BLOBS =
      new PeerBlobs() {
        @Override
        public PeerBlob openHeld(BlobRequest request) {
          throw new PeerRefusedException(PeerRefusedException.Reason.UNAVAILABLE, "not given yet");
        }

        @Override
        public PeerBlob openFetched(BlobRequest request) {
          throw new PeerRefusedException(PeerRefusedException.Reason.UNAVAILABLE, "not given yet");
        }
      };

  private final NodeConfig config;
  private final Closing closing = new Closing();
  private final GrpcMetadataClient metadata;
  private final HealthState health;
  private final HttpEdge edge;
  private final PeerServer peerServer;

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
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    closing.add("event loops", () -> vertx.close().await());
    BlobStore store = closing.add("object storage", store(config));
    metadata =
        closing.add(
            "metadata client",
            new GrpcMetadataClient(config.cluster(), endpoints(config, inProcessMetadata)));
    RevisionTracking tracked = new RevisionTracking(metadata);
    RegionMap regions = new RegionMap(config.region(), metadata::membership);
    PeerClient peers =
        closing.add("peer client", new PeerClient(vertx, config.cluster(), PeerSettings.DEFAULTS));
    Freshness lists = freshness(config.reads());
    health = new JoinedHealth(config.region(), metadata);
    ColdBlobs cold =
        (blob, range) -> {
          throw new NoHolderException(blob + " is held by other regions only", null);
        };
    edge =
        new HttpEdge(
            vertx,
            new HttpEdge.Services(
                new ManifestService(tracked, lists, MANIFEST_CACHE),
                new BlobService(
                    config.region(),
                    tracked,
                    store,
                    cold,
                    redirects(config.storage()),
                    config.objects().presign()),
                new UploadService(config.region(), tracked, store, config.uploads().expiry()),
                new UploadForwarder(regions, peers),
                new TagService(tracked, lists),
                new ReferrerService(tracked, lists),
                health),
            () -> metadata.membership().clusterId(),
            chunkMinLength(config.storage()),
            meters,
            meters::scrape);
    peerServer =
        new PeerServer(
            vertx,
            config.cluster(),
            config.internal().addr(),
            NO_BLOBS,
            edge.requestHandler(),
            health::storageUp,
            PeerSettings.DEFAULTS);
  }

  /**
   * Begins to listen and to join the cluster; returns when it listens. Whether it has joined is
   * what {@code /readyz} says.
   */
  public void start() {
    closing.add("internal listener", peerServer);
    peerServer.start();
    HostPort http = HostPort.parse(config.http().addr());
    closing.add("HTTP listener", edge);
    edge.start(http.host(), http.port());
    Thread.ofVirtual().name("join").start(this::join);
    log.info("node of {} listens at {}:{}", config.region(), http.host(), edge.port());
  }

  /** The port of the public listener, once started. */
  public int httpPort() {
    return edge.port();
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
      log.warn(
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
    String nodeId = config.region() + "-" + UUID.randomUUID();
    try {
      metadata.join(new Membership.Member(nodeId, config.region(), address), JOIN);
      log.info("node {} of {} has joined cluster {}", nodeId, config.region(), config.cluster());
    } catch (MetadataUnavailableException e) {
      log.warn("node {} has not joined yet and goes on trying", nodeId, e);
    }
  }

  private static List<MetadataEndpoint> endpoints(NodeConfig config, Optional<String> inProcess) {
    return Stream.concat(
            inProcess.map(MetadataEndpoint::inProcess).stream(),
            config.metadataServers().stream()
                .skip(inProcess.isPresent() ? 1 : 0)
                .map(MetadataEndpoint::socket))
        .toList();
  }

  private static BlobStore store(NodeConfig config) {
    return switch (config.storage()) {
      case NodeConfig.Storage.Filesystem filesystem ->
          new FileBlobStore(filesystem.rootDirectory());
      case NodeConfig.Storage.S3 s3 ->
          throw new IllegalArgumentException("storage.s3 is not served yet: " + s3.bucket());
    };
  }

  private static Freshness freshness(NodeConfig.Reads reads) {
    return reads.staleness().isZero()
        ? Freshness.LINEARIZABLE
        : new Freshness(Freshness.Mode.BOUNDED, reads.staleness(), 0);
  }

  private static RedirectPolicy redirects(NodeConfig.Storage storage) {
    return switch (storage) {
      case NodeConfig.Storage.Filesystem filesystem -> RedirectPolicy.NEVER;
      case NodeConfig.Storage.S3 s3 ->
          switch (s3.redirect()) {
            case ALWAYS -> RedirectPolicy.ALWAYS;
            case NEVER -> RedirectPolicy.NEVER;
            case AUTO -> RedirectPolicy.AUTO;
          };
    };
  }

  /** A chunk below S3's smallest part is written twice (DESIGN, "S3"). */
  private static OptionalLong chunkMinLength(NodeConfig.Storage storage) {
    return switch (storage) {
      case NodeConfig.Storage.Filesystem filesystem -> OptionalLong.empty();
      case NodeConfig.Storage.S3 s3 -> OptionalLong.of(ByteSize.mebibytes(5).bytes());
    };
  }
}

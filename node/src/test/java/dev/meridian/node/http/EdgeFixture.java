package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.Eventually;
import dev.meridian.node.auth.Auth;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.auth.FakeAccess;
import dev.meridian.node.auth.SigningKeys;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.ColdBlobs;
import dev.meridian.node.fetch.ComparedFiles;
import dev.meridian.node.fetch.NoHolderException;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.limits.LoginLimits;
import dev.meridian.node.limits.RateLimits;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.redirect.BlobCapabilities;
import dev.meridian.node.redirect.RedirectPolicy;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.FakeMetadata;
import dev.meridian.node.registry.ManifestService;
import dev.meridian.node.registry.ReferrerService;
import dev.meridian.node.registry.Residency;
import dev.meridian.node.registry.RevisionTracking;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadService;
import dev.meridian.node.routing.ClientAddresses;
import dev.meridian.node.routing.ClientLocator;
import dev.meridian.node.routing.Nearness;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import dev.meridian.node.routing.RoutingSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.X509KeyManager;

/** A node's public listener with a store in a directory and metadata in memory. */
public final class EdgeFixture implements AutoCloseable {

  static final RegionId REGION = RegionId.parse("us-east");
  static final String CLUSTER = "demo";

  /** Clients come without a load balancer. */
  static final ClientAddresses DIRECT = new ClientAddresses(List.of());

  final FakeMetadata metadata;
  final FakeAccess access;
  final FakeHealth health = new FakeHealth();
  final ReplicaSelector replicas = new ReplicaSelector(Comparator::naturalOrder, System::nanoTime);
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Vertx vertx;
  private final PeerClient peers;
  private final Auth auth;
  private volatile Duration ahead = Duration.ZERO;
  private final HttpEdge edge;

  /** What may differ. */
  record Parts(
      RegionId region,
      FakeMetadata metadata,
      BlobStore store,
      ColdBlobs cold,
      RedirectPolicy redirects,
      Clients clients,
      Freshness tags,
      HttpEdge.Settings settings,
      AuthSettings auth,
      LimitSettings limits) {

    /** Where clients are, and whether they are sent to a nearer region. */
    record Clients(RoutingSettings settings, RedirectPolicy policy) {}

    static Parts of(Path directory) {
      return new Parts(
          REGION,
          new FakeMetadata(),
          new FileBlobStore(directory),
          (blob, range) -> {
            throw new NoHolderException("no holder of " + blob, null);
          },
          RedirectPolicy.NEVER,
          new Clients(RoutingSettings.NONE, RedirectPolicy.NO_LESS_SECURE),
          Freshness.LINEARIZABLE,
          HttpEdge.Settings.of(OptionalLong.empty(), DIRECT),
          AuthSettings.OFF,
          LimitSettings.NONE);
    }

    Parts with(RegionId other, FakeMetadata shared) {
      return new Parts(
          other, shared, store, cold, redirects, clients, tags, settings, auth, limits);
    }

    Parts with(ColdBlobs other) {
      return new Parts(
          region, metadata, store, other, redirects, clients, tags, settings, auth, limits);
    }

    Parts with(BlobStore other, RedirectPolicy policy) {
      return new Parts(
          region, metadata, other, cold, policy, clients, tags, settings, auth, limits);
    }

    Parts with(RoutingSettings settings, RedirectPolicy policy) {
      return new Parts(
          region,
          metadata,
          store,
          cold,
          redirects,
          new Clients(settings, policy),
          tags,
          this.settings,
          auth,
          limits);
    }

    Parts with(LimitSettings other) {
      return new Parts(
          region, metadata, store, cold, redirects, clients, tags, settings, auth, other);
    }

    Parts with(AuthSettings other) {
      return new Parts(
          region, metadata, store, cold, redirects, clients, tags, settings, other, limits);
    }

    Parts with(HttpEdge.Settings other) {
      return new Parts(
          region, metadata, store, cold, redirects, clients, tags, other, auth, limits);
    }
  }

  EdgeFixture(Path directory) {
    this(Parts.of(directory));
  }

  EdgeFixture(Parts parts) {
    this(parts, new FakeAccess(), Optional.empty());
  }

  EdgeFixture(Parts parts, FakeAccess access) {
    this(parts, access, Optional.empty());
  }

  /**
   * @param certificate of HTTPS
   */
  EdgeFixture(Parts parts, Optional<X509KeyManager> certificate) {
    this(parts, new FakeAccess(), certificate);
  }

  private EdgeFixture(Parts parts, FakeAccess access, Optional<X509KeyManager> certificate) {
    this.access = access;
    metadata = parts.metadata();
    vertx = Vertx.vertx();
    RevisionTracking tracked = new RevisionTracking(metadata, metadata::execute);
    RegionMap regions = new RegionMap(parts.region(), metadata::membership);
    RegionRedirects regionRedirects =
        new RegionRedirects(
            regions,
            replicas,
            new ClientLocator(
                parts.region(), parts.clients().settings(), address -> Optional.empty()),
            new Nearness(
                parts.region(), parts.clients().settings().coordinates(), region -> Map.of()),
            parts.clients().policy(),
            new BlobCapabilities(metadata));
    RateLimits limits = new RateLimits(parts.limits(), System::nanoTime, meters);
    auth =
        new Auth(
            parts.region(),
            parts.auth(),
            access,
            new SigningKeys(metadata::membership, metadata::clusterTimeMillis),
            new LoginLimits(limits),
            () -> Instant.now().plus(ahead),
            access::used);
    auth.start();
    if (parts.auth().required() && !access.isCutOff()) {
      awaitQuorum();
    }
    RegionCopies copies =
        new RegionCopies(
            parts.region(),
            metadata,
            parts.store(),
            health::storageUp,
            new ComparedFiles(Duration.ofDays(30), () -> System.nanoTime() + ahead.toNanos()),
            meters);
    peers = new PeerClient(vertx, CLUSTER, PeerSettings.DEFAULTS, PeerTls.NONE);
    edge =
        new HttpEdge(
            vertx,
            parts.region(),
            new HttpEdge.Services(
                new ManifestService(tracked, parts.tags(), ByteSize.mebibytes(8)),
                new BlobService(
                    copies,
                    tracked,
                    parts.cold(),
                    new BlobService.StorageRedirects(parts.redirects(), Duration.ofMinutes(15)),
                    regionRedirects),
                new UploadService(copies, tracked, parts.store(), Duration.ofHours(24)),
                new UploadForwarder(regions, peers, health::storageUp),
                new Residency(parts.region(), tracked, regionRedirects),
                new TagService(tracked, parts.tags()),
                new ReferrerService(tracked, parts.tags()),
                health,
                auth,
                limits),
            parts.settings(),
            () -> metadata.membership().clusterId(),
            meters,
            meters::scrape);
    edge.start("127.0.0.1", 0, certificate);
  }

  /** Before that nobody's login counts. */
  private void awaitQuorum() {
    try {
      Eventually.eventually(() -> assertThat(auth.directory().isTrusted()).isTrue());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on logins, and comparisons of files, see a clock that is so far ahead. */
  void aheadBy(Duration time) {
    ahead = time;
  }

  int port() {
    return edge.port();
  }

  HttpEdge edge() {
    return edge;
  }

  Vertx vertx() {
    return vertx;
  }

  RegistryClient client() {
    return new RegistryClient(port());
  }

  @Override
  public void close() {
    edge.close();
    // What still runs writes into the store's directory.
    edge.drain(Duration.ofSeconds(20));
    auth.close();
    peers.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

package dev.meridian.node.http;

import dev.meridian.model.RegionId;
import dev.meridian.node.auth.Auth;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.http.exchange.IdleConnections;
import dev.meridian.node.http.exchange.RequestsInFlight;
import dev.meridian.node.limits.RateLimits;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.ManifestService;
import dev.meridian.node.registry.ReferrerService;
import dev.meridian.node.registry.Residency;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadService;
import dev.meridian.node.routing.ClientAddresses;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;

/** The public listener: one server for each event loop, all on one port. */
public final class HttpEdge implements AutoCloseable {

  /** An upload's location with a digest, and ten tags of a push by digest, fit well. */
  private static final int LONGEST_REQUEST_LINE = 16 * 1024;

  private static final int LARGEST_HEADERS = 32 * 1024;
  private static final int READ_SIZE = 64 * 1024;

  /**
   * HTTP/2: what a client may send before it is read, on one stream and on a connection, so that
   * one push fills a network, and a connection's bytes in memory are bounded.
   */
  private static final int STREAM_WINDOW = 1 << 20;

  private static final int CONNECTION_WINDOW = 4 << 20;
  private static final long MOST_STREAMS = 128;

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Settings settings;
  private final RequestsInFlight inFlight = new RequestsInFlight();
  private final RequestThreads requests;
  private volatile int port;
  private String deployment;

  /** What the listener serves. */
  public record Services(
      ManifestService manifests,
      BlobService blobs,
      UploadService uploads,
      UploadForwarder forwarder,
      Residency residency,
      TagService tags,
      ReferrerService referrers,
      HealthState health,
      Auth auth,
      RateLimits limits) {}

  /**
   * How it behaves.
   *
   * @param chunkMinLength the smallest chunk that object storage takes well, in bytes
   * @param addresses tells clients' addresses from those of trusted load balancers
   * @param stalled how long a client may send or take nothing within a request
   * @param idle how long a connection may be without a whole request head
   */
  public record Settings(
      OptionalLong chunkMinLength, ClientAddresses addresses, Duration stalled, Duration idle) {

    /** What suits clients and load balancers. */
    public static Settings of(OptionalLong chunkMinLength, ClientAddresses addresses) {
      return new Settings(
          chunkMinLength, addresses, Duration.ofSeconds(60), Duration.ofSeconds(75));
    }
  }

  /**
   * @param region of this node
   * @param clusterId of {@code Meridian-Revision}
   * @param scrape all metrics in Prometheus' text format
   */
  public HttpEdge(
      Vertx vertx,
      RegionId region,
      Services services,
      Settings settings,
      Supplier<String> clusterId,
      MeterRegistry meters,
      Supplier<String> scrape) {
    this.vertx = vertx;
    this.settings = settings;
    RegistryRouter router =
        new RegistryRouter(
            new ManifestHandler(services.manifests()),
            new BlobHandler(services.blobs(), meters),
            new UploadHandler(
                services.uploads(),
                services.blobs(),
                services.forwarder(),
                services.residency(),
                settings.chunkMinLength()),
            new DiscoveryHandler(services.tags(), services.referrers()),
            new SearchHandler(services.tags()),
            new HealthHandler(services.health()),
            new TokenHandler(services.auth()),
            new AuthGate(region, services.auth(), meters),
            new LimitGate(services.limits()),
            services.health()::takesNewWork,
            scrape);
    this.requests =
        new RequestThreads(
            router,
            new RevisionHeaders(clusterId),
            new AccessRecorder(meters),
            inFlight,
            settings.addresses(),
            settings.stalled());
  }

  /** Answers requests of another listener as if they had come here; called on their event loop. */
  public Handler<HttpServerRequest> requestHandler() {
    return requests::handleForwarded;
  }

  /** Begins to listen in plain text. */
  public void start(String host, int listenPort) {
    start(host, listenPort, Optional.empty());
  }

  /**
   * Begins to listen.
   *
   * @param listenPort 0 takes a free one
   * @param certificate of HTTPS, over which clients choose HTTP/2 or HTTP/1.1; empty: plain text,
   *     and HTTP/1.1 only
   */
  public void start(String host, int listenPort, Optional<X509KeyManager> certificate) {
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    // To Vert.x -1 is a free port that all instances of one deployment share.
    Supplier<Listener> listeners =
        () -> new Listener(host, listenPort == 0 ? -1 : listenPort, options(certificate));
    deployment =
        await(vertx.deployVerticle(listeners, new DeploymentOptions().setInstances(loops)), START);
  }

  private static HttpServerOptions options(Optional<X509KeyManager> certificate) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
            .setMaxHeaderSize(LARGEST_HEADERS)
            .setMaxChunkSize(READ_SIZE)
            .setTcpKeepAlive(true)
            .setHttp2ClearTextEnabled(false);
    certificate.ifPresent(keys ->
        options
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(keys))
            .setUseAlpn(true)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(MOST_STREAMS)
                    .setMaxHeaderListSize(LARGEST_HEADERS)
                    .setInitialWindowSize(STREAM_WINDOW))
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW));
    return options;
  }

  /** The port that it listens on, once started. */
  public int port() {
    return port;
  }

  /**
   * Lets requests in flight finish, at most so long. The listener stays open meanwhile, so that
   * probes see that this node is not ready and late clients are still served.
   *
   * @return whether all finished
   */
  public boolean drain(Duration longest) {
    return inFlight.drain(longest);
  }

  /** Closes the listener and all connections. */
  @Override
  public void close() {
    if (deployment != null) {
      await(vertx.undeploy(deployment), STOP);
      deployment = null;
    }
  }

  private static <T> T await(Future<T> future, Duration deadline) {
    try {
      return future.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the HTTP listener did not get ready in " + deadline.toSeconds() + " s", e);
    }
  }

  /** One event loop's server. */
  private final class Listener extends VerticleBase {
    private final String host;
    private final int listenPort;
    private final HttpServerOptions options;

    Listener(String host, int listenPort, HttpServerOptions options) {
      this.host = host;
      this.listenPort = listenPort;
      this.options = options;
    }

    @Override
    public Future<?> start() {
      IdleConnections idle = new IdleConnections(vertx, settings.idle());
      HttpServer server =
          vertx
              .createHttpServer(options)
              .connectionHandler(idle::opened)
              .invalidRequestHandler(RequestThreads::refuse)
              .requestHandler(request -> {
                idle.began(request);
                requests.handle(request);
              });
      return server.listen(listenPort, host).onSuccess(listening -> port = listening.actualPort());
    }
  }
}

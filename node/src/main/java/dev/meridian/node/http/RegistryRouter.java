package dev.meridian.node.http;

import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RegistryException;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The whole route table: which handler answers which route. */
final class RegistryRouter {

  private final ManifestHandler manifests;
  private final BlobHandler blobs;
  private final UploadHandler uploads;
  private final DiscoveryHandler discovery;
  private final SearchHandler search;
  private final HealthHandler health;
  private final TokenHandler tokens;
  private final AuthGate gate;
  private final LimitGate limits;
  private final BooleanSupplier takesNewWork;
  private final Supplier<String> metrics;

  /**
   * @param takesNewWork whether requests may begin what this node does not do yet
   * @param metrics all metrics in Prometheus' text format
   */
  RegistryRouter(
      ManifestHandler manifests,
      BlobHandler blobs,
      UploadHandler uploads,
      DiscoveryHandler discovery,
      SearchHandler search,
      HealthHandler health,
      TokenHandler tokens,
      AuthGate gate,
      LimitGate limits,
      BooleanSupplier takesNewWork,
      Supplier<String> metrics) {
    this.manifests = manifests;
    this.blobs = blobs;
    this.uploads = uploads;
    this.discovery = discovery;
    this.search = search;
    this.health = health;
    this.tokens = tokens;
    this.gate = gate;
    this.limits = limits;
    this.takesNewWork = takesNewWork;
    this.metrics = metrics;
  }

  /** Answers a request. */
  Response answer(Request request, Route.Match path) throws IOException {
    checkMethod(request, path.route());
    checkDrain(path.route());
    letIn(request, path);
    return limits.limited(request, path.route(), () -> handle(request, path));
  }

  private void letIn(Request request, Route.Match path) {
    try {
      request.let(gate.access(request, path));
    } catch (RegistryException e) {
      if (e.error() == RegistryError.UNAUTHORIZED || e.error() == RegistryError.DENIED) {
        limits.countRefused(request);
      }
      throw e;
    }
  }

  private Response handle(Request request, Route.Match path) throws IOException {
    return switch (path.route()) {
      case BASE -> Response.json(200, Map.of());
      case CATALOG -> discovery.catalog(request);
      case SEARCH -> search.find(request);
      case PING -> search.ping();
      case TAGS -> discovery.tags(request, path);
      case LOCATIONS -> blobs.locations(path);
      case REFERRERS -> discovery.referrers(request, path);
      case MANIFEST -> manifests.handle(request, path);
      case BLOB -> blobs.handle(request, path);
      case UPLOADS -> uploads.begin(request, path);
      case UPLOAD -> uploads.handle(request, path);
      case ROOT -> Response.text(200, "Meridian\n");
      case LIVE -> health.live(request);
      case READY -> health.ready(request);
      case STARTED -> health.started(request);
      case INSTANCE -> health.instance();
      case END_TO_END -> health.endToEnd();
      case REGION -> health.region();
      case METRICS ->
          Response.text(200, metrics.get())
              .with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      case TOKEN -> tokens.handle(request);
      case KEYS -> tokens.keys();
      case NONE -> throw RegistryError.NO_SUCH_PATH.because("nothing is served at this path");
    };
  }

  private void checkDrain(Route route) {
    if (route.isNewWork() && !takesNewWork.getAsBoolean()) {
      throw RegistryError.UNAVAILABLE
          .because("this node is drained and takes no new requests: other nodes do")
          .with("Retry-After", "1")
          // The next connection may lead to another node.
          .with("Connection", "close");
    }
  }

  private static void checkMethod(Request request, Route route) {
    if (route != Route.NONE && !route.methods().contains(request.method())) {
      throw RegistryError.METHOD_NOT_ALLOWED
          .because("the method is not one of this path")
          .with("Allow", String.join(", ", route.methods()));
    }
  }
}

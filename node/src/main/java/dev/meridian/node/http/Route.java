package dev.meridian.node.http;

import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.registry.RegistryError;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The paths that are served (OCI distribution-spec, "Endpoints"), each with the methods that it
 * takes and the name under which Distribution's metrics count it.
 */
enum Route {
  BASE("base", "GET", "HEAD"),
  CATALOG("catalog", "GET", "HEAD"),
  SEARCH("search", "GET", "HEAD"),
  TAGS("tags", "GET", "HEAD"),
  MANIFEST("manifest", "GET", "HEAD", "PUT", "DELETE"),
  BLOB("blob", "GET", "HEAD", "DELETE"),
  UPLOADS("blob-upload", "POST"),
  UPLOAD("blob-upload-chunk", "GET", "PATCH", "PUT", "DELETE"),
  REFERRERS("referrers", "GET", "HEAD"),
  LOCATIONS("locations", "GET", "HEAD"),
  PING("ping", "GET", "HEAD"),
  ROOT("root", "GET", "HEAD"),
  LIVE("health", "GET", "HEAD"),
  READY("health", "GET", "HEAD"),
  STARTED("health", "GET", "HEAD"),
  INSTANCE("health", "GET", "HEAD"),
  END_TO_END("health", "GET", "HEAD"),
  REGION("health", "GET", "HEAD"),
  METRICS("metrics", "GET", "HEAD"),
  TOKEN("token", "GET", "POST"),
  KEYS("keys", "GET", "HEAD"),
  NONE("none");

  private final String label;
  private final List<String> methods;

  Route(String label, String... methods) {
    this.label = label;
    this.methods = List.of(methods);
  }

  /** What metrics call it. */
  String label() {
    return label;
  }

  /** Whether it reads or writes repositories; what is not served at all counts as that. */
  boolean isRegistry() {
    return ordinal() <= LOCATIONS.ordinal() || this == NONE;
  }

  /** Whether it is for what a client begins. Who is at an upload goes on with it. */
  boolean isNewWork() {
    return isRegistry() && this != UPLOAD && this != NONE;
  }

  /** The methods that it takes. */
  List<String> methods() {
    return methods;
  }

  /**
   * A path and the route that serves it.
   *
   * @param name the repository's name as it stands in the path
   * @param last what follows the route's own word, as it stands in the path
   */
  record Match(Route route, String name, String last) {

    /** The repository. */
    RepositoryName repository() {
      return orElse(RegistryError.NAME_INVALID, () -> RepositoryName.parse(name));
    }

    /** The digest that is last in the path. */
    Digest digest() {
      return orElse(RegistryError.DIGEST_INVALID, () -> Digest.parse(Request.decoded(last)));
    }

    /** The tag or digest that is last in the path. */
    Reference reference() {
      String text = Request.decoded(last);
      return orElse(
          text.contains(":") ? RegistryError.DIGEST_INVALID : RegistryError.TAG_INVALID,
          () -> Reference.parse(text));
    }
  }

  /**
   * Finds the route of a path as it stands in the request line. Names hold slashes and may hold any
   * of the routes' own words, so what counts is how the path ends.
   */
  static Match of(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length < 2 || !parts[0].isEmpty()) {
      return new Match(NONE, "", "");
    }
    if (!parts[1].equals("v2")) {
      return new Match(ofOthers(path), "", "");
    }
    if (parts.length == 2 || parts.length == 3) {
      return new Match(ofRegistry(parts), "", "");
    }
    return parts[2].equals("_meridian") ? ofExtension(parts) : ofRepository(parts);
  }

  private static Route ofOthers(String path) {
    return switch (path) {
      case "/v1/_ping" -> PING;
      case "/v1/search" -> SEARCH;
      case "/" -> ROOT;
      case "/livez" -> LIVE;
      case "/readyz" -> READY;
      case "/startupz" -> STARTED;
      case "/health", "/health/instance" -> INSTANCE;
      case "/health/endtoend" -> END_TO_END;
      case "/health/region" -> REGION;
      case "/metrics" -> METRICS;
      case "/token" -> TOKEN;
      case "/.well-known/jwks.json" -> KEYS;
      default -> NONE;
    };
  }

  private static Route ofRegistry(String[] parts) {
    if (parts.length == 2 || parts[2].isEmpty()) {
      return BASE;
    }
    return parts[2].equals("_catalog") ? CATALOG : NONE;
  }

  /** No repository's name begins with an underscore. */
  private static Match ofExtension(String[] parts) {
    int end = parts.length - 1;
    return end > 4 && parts[3].equals("locations")
        ? new Match(LOCATIONS, String.join("/", Arrays.copyOfRange(parts, 4, end)), parts[end])
        : new Match(NONE, "", "");
  }

  private static Match ofRepository(String[] parts) {
    int end = parts.length - 1;
    String last = parts[end];
    String word = parts[end - 1];
    return switch (word) {
      case "manifests" -> match(MANIFEST, parts, end - 1, last);
      case "referrers" -> match(REFERRERS, parts, end - 1, last);
      case "blobs" -> match(last.equals("uploads") ? UPLOADS : BLOB, parts, end - 1, last);
      case "tags" -> match(last.equals("list") ? TAGS : NONE, parts, end - 1, last);
      case "uploads" ->
          parts[end - 2].equals("blobs")
              ? match(last.isEmpty() ? UPLOADS : UPLOAD, parts, end - 2, last)
              : new Match(NONE, "", "");
      default -> new Match(NONE, "", "");
    };
  }

  /** The name is what stands between {@code v2} and the part of this index. */
  private static Match match(Route route, String[] parts, int index, String last) {
    return new Match(route, String.join("/", Arrays.copyOfRange(parts, 2, index)), last);
  }

  private static <T> T orElse(RegistryError error, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw error.because(e.getMessage(), e);
    }
  }
}

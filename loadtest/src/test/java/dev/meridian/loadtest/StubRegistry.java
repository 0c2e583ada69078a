package dev.meridian.loadtest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** As much of a registry as the scenarios use, in memory, strict where a client could be wrong. */
final class StubRegistry implements AutoCloseable {

  /** How clients must log in, as user {@code u} with password {@code p}. */
  enum Login {
    NONE,
    BASIC,
    BEARER
  }

  /** Hundreds of clients may connect at once. */
  private static final int BACKLOG = 1000;

  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(blobs/uploads/|manifests/|blobs/|tags/list|referrers/)(.*)");
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("u:p".getBytes(StandardCharsets.UTF_8));

  private static final String STORAGE = "/storage/";

  private final Login login;
  private final HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Stored> manifests = new ConcurrentSkipListMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger tokens = new AtomicInteger();

  private record Stored(String repository, String reference, String type, byte[] bytes) {}

  private record Reply(int status, byte[] body, Map<String, String> headers) {
    static Reply of(int status) {
      return new Reply(status, new byte[0], Map.of());
    }

    static Reply of(int status, String body) {
      return new Reply(status, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Reply with(String name, String value) {
      Map<String, String> more = new ConcurrentHashMap<>(headers);
      more.put(name, value);
      return new Reply(status, body, more);
    }
  }

  private StubRegistry(Login login, int port) throws IOException {
    this.login = login;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.server = HttpServer.create(address, BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  static StubRegistry start(Login login) throws IOException {
    return new StubRegistry(login, 0);
  }

  static StubRegistry startOn(int port) throws IOException {
    return new StubRegistry(Login.NONE, port);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  boolean isEmpty() {
    return blobs.isEmpty() && manifests.isEmpty();
  }

  int tokensGiven() {
    return tokens.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Reply reply = isLoggedIn(exchange) ? answer(exchange, body) : challenge(exchange);
      reply.headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        exchange.getResponseHeaders().add("Content-Length", Integer.toString(reply.body.length));
      }
      exchange.sendResponseHeaders(
          reply.status, head || reply.body.length == 0 ? -1 : reply.body.length);
      if (!head && reply.body.length > 0) {
        exchange.getResponseBody().write(reply.body);
      }
    }
  }

  private boolean isLoggedIn(HttpExchange exchange) {
    String sent = Optional.ofNullable(header(exchange, "Authorization")).orElse("");
    String path = exchange.getRequestURI().getPath();
    return path.equals("/token")
        || path.startsWith(STORAGE)
        || switch (login) {
          case NONE -> true;
          case BASIC -> sent.equals(BASIC);
          case BEARER -> sent.equals("Bearer for " + scope(exchange));
        };
  }

  private Reply challenge(HttpExchange exchange) {
    String wanted =
        login == Login.BASIC
            ? "Basic realm=\"stub\""
            : "Bearer realm=\"%s/token\",service=\"stub\",scope=\"%s\""
                .formatted(url(), scope(exchange));
    return Reply.of(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}")
        .with("WWW-Authenticate", wanted);
  }

  private static String scope(HttpExchange exchange) {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    String action =
        switch (exchange.getRequestMethod()) {
          case "GET", "HEAD" -> "pull";
          case "DELETE" -> "delete";
          default -> "pull,push";
        };
    return path.matches() ? "repository:" + path.group(1) + ":" + action : "registry:catalog:*";
  }

  private Reply answer(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/token")) {
      return token(exchange);
    }
    if (path.equals("/v2/_catalog")) {
      return page("repositories", manifests.values().stream().map(Stored::repository), exchange);
    }
    if (path.startsWith(STORAGE)) {
      // As S3 does: a signed address and a header are one too many.
      boolean twice = header(exchange, "Authorization") != null;
      return twice
          ? Reply.of(400)
          : new Reply(200, blobs.get(path.substring(STORAGE.length())), Map.of());
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return Reply.of(List.of("/v2/", "/readyz").contains(path) ? 200 : 404);
    }
    String repository = matcher.group(1);
    String last = matcher.group(3);
    return switch (matcher.group(2)) {
      case "blobs/uploads/" -> upload(exchange, repository, last, body);
      case "blobs/" -> blob(exchange.getRequestMethod(), repository + "@" + last);
      case "manifests/" -> manifest(exchange, repository, last, body);
      case "tags/list" -> page("tags", tags(repository), exchange);
      default -> Reply.of(200, "{\"manifests\":[]}");
    };
  }

  private Reply token(HttpExchange exchange) {
    if (!BASIC.equals(header(exchange, "Authorization"))) {
      return Reply.of(401);
    }
    tokens.incrementAndGet();
    return Reply.of(
        200, "{\"token\":\"for %s\",\"expires_in\":300}".formatted(query(exchange).get("scope")));
  }

  private Reply upload(HttpExchange exchange, String repository, String id, byte[] body)
      throws IOException {
    Map<String, String> query = query(exchange);
    String location = "/v2/" + repository + "/blobs/uploads/";
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        if (query.containsKey("mount")) {
          byte[] mounted = blobs.get(query.get("from") + "@" + query.get("mount"));
          blobs.put(repository + "@" + query.get("mount"), mounted);
          return Reply.of(201);
        }
        String fresh = UUID.randomUUID().toString();
        uploads.put(fresh, new ByteArrayOutputStream());
        return Reply.of(202).with("Location", location + fresh + "?state=1");
      }
      case "PATCH" -> {
        ByteArrayOutputStream upload = uploads.get(id);
        if (!header(exchange, "Content-Range").startsWith(upload.size() + "-")) {
          return Reply.of(416);
        }
        upload.write(body);
        return Reply.of(202).with("Location", url() + location + id);
      }
      default -> {
        ByteArrayOutputStream upload = uploads.remove(id);
        upload.write(body);
        byte[] content = upload.toByteArray();
        if (!Digest.of(Digest.Algorithm.SHA256, content).toString().equals(query.get("digest"))) {
          return Reply.of(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}");
        }
        blobs.put(repository + "@" + query.get("digest"), content);
        return Reply.of(201);
      }
    }
  }

  private Reply blob(String method, String key) {
    byte[] content = method.equals("DELETE") ? blobs.remove(key) : blobs.get(key);
    if (content == null) {
      return Reply.of(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\"}]}");
    }
    if (method.equals("DELETE")) {
      return Reply.of(202);
    }
    // Storage of another host name, reached by a redirect.
    String storage = "http://localhost:" + server.getAddress().getPort() + STORAGE + key;
    return login == Login.BEARER
        ? Reply.of(307).with("Location", storage)
        : new Reply(200, content, Map.of());
  }

  private Reply manifest(HttpExchange exchange, String repository, String reference, byte[] body) {
    String key = repository + "@" + reference;
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        String digest = Digest.of(Digest.Algorithm.SHA256, body).toString();
        String type = header(exchange, "Content-Type");
        manifests.put(repository + "@" + digest, new Stored(repository, digest, type, body));
        manifests.put(key, new Stored(repository, reference, type, body));
        return Reply.of(201).with("OCI-Subject", digest);
      }
      case "DELETE" -> {
        Stored stored = manifests.get(key);
        if (stored != null) {
          manifests.values().removeIf(other -> Arrays.equals(other.bytes, stored.bytes));
        }
        return Reply.of(stored == null ? 404 : 202);
      }
      default -> {
        Stored stored = manifests.get(key);
        return stored == null
            ? Reply.of(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}")
            : new Reply(200, stored.bytes, Map.of("Content-Type", stored.type));
      }
    }
  }

  private Stream<String> tags(String repository) {
    return manifests.values().stream()
        .filter(stored -> stored.repository.equals(repository))
        .map(Stored::reference)
        .filter(reference -> reference.indexOf(':') < 0);
  }

  private static Reply page(String noun, Stream<String> names, HttpExchange exchange) {
    Map<String, String> query = query(exchange);
    String list =
        names
            .distinct()
            .sorted()
            .filter(name -> name.compareTo(query.getOrDefault("last", "")) > 0)
            .limit(Long.parseLong(query.get("n")))
            .map(name -> '"' + name + '"')
            .collect(Collectors.joining(","));
    return Reply.of(200, "{\"" + noun + "\":[" + list + "]}");
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    return Stream.of(query == null ? new String[0] : query.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> first));
  }

  private static String header(HttpExchange exchange, String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }
}

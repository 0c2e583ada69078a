package dev.meridian.node.http.exchange;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.node.auth.RequestAccess;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.routing.ClientAddress;
import dev.meridian.node.routing.ClientAddresses;
import dev.meridian.node.routing.ClientOrigin;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A request, read by the thread that works for it. */
public final class Request {

  /** A name, or an address of either family. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]+]");

  private static final String ENTRY_REGION = "meridian-entry-region";
  private static final String ENTRY_CLIENT = "meridian-entry-client";

  private final HttpServerRequest http;
  private final String id;
  private final RequestBody body;
  private final ClientAddresses addresses;
  private final boolean forwarded;
  private RequestAccess access;
  private ClientAddress client;

  /**
   * @param addresses tells clients' addresses from those of trusted load balancers
   * @param forwarded another node took it and passed it on
   */
  public Request(
      HttpServerRequest http,
      String id,
      RequestBody body,
      ClientAddresses addresses,
      boolean forwarded) {
    this.forwarded = forwarded;
    this.addresses = addresses;
    this.http = http;
    this.id = id;
    this.body = body;
  }

  /** The request's id: on its answer, in its errors and in the log. */
  public String id() {
    return id;
  }

  public String method() {
    return http.method().name();
  }

  public boolean isHead() {
    return method().equals("HEAD");
  }

  /**
   * The path as it stands in the request line, nothing decoded; empty when there is none. HTTP/2
   * has no form of it with a scheme and host before (RFC 9113, section 8.3.1).
   */
  public String path() {
    return http.version() == HttpVersion.HTTP_2 && !http.uri().startsWith("/")
        ? ""
        : Optional.ofNullable(http.path()).orElse("");
  }

  /** Path and query as they stand in the request line. */
  public String target() {
    return http.query() == null ? path() : path() + "?" + http.query();
  }

  public RequestBody body() {
    return body;
  }

  /** From now on the request may what this says. */
  public void let(RequestAccess granted) {
    access = granted;
  }

  /**
   * What the request may do.
   *
   * @throws IllegalStateException when nobody has decided that: a bug
   */
  public RequestAccess access() {
    if (access == null) {
      throw new IllegalStateException("nobody asked who may do this");
    }
    return access;
  }

  /** From whom it is, for the log; {@code -} of nobody in particular, and of who was not let in. */
  public String user() {
    return access == null || caller().principal().equals(Principal.ANONYMOUS)
        ? "-"
        : caller().principal().name();
  }

  /** From whom it is. */
  public Caller caller() {
    return access().caller();
  }

  /** The first header of this name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(http.getHeader(name));
  }

  /** All headers of this name as one list (RFC 9110, section 5.3). */
  public Optional<String> joinedHeader(String name) {
    List<String> values = http.headers().getAll(name);
    return values.size() == 1
        ? Optional.of(values.getFirst())
        : values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** All headers, names in lower case. */
  public Map<String, List<String>> headers() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    http.headers()
        .forEach((name, value) ->
            all.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value));
    // What HTTP/2 has in the place of the request line (RFC 9113, section 8.3).
    all.keySet().removeIf(name -> name.startsWith(":"));
    return all;
  }

  /**
   * Its headers as another node is to have them, which answers it in the place of this one: all,
   * and to which region the client turned and from where.
   *
   * @param own region of this node
   */
  public Map<String, List<String>> forwardedHeaders(RegionId own) {
    Map<String, List<String>> all = headers();
    all.put("x-request-id", List.of(id));
    // In the place of what the client may have sent under these names.
    all.put(ENTRY_REGION, List.of(region(own).value()));
    all.put(ENTRY_CLIENT, List.of(client().address()));
    return all;
  }

  /** The body's length in bytes; empty: not known before its end. */
  public OptionalLong contentLength() {
    return RequestBody.length(http);
  }

  /** The first query parameter of this name. */
  public Optional<String> parameter(String name) {
    return parameters(name).stream().findFirst();
  }

  /**
   * All query parameters of this name, in order. A plus sign is one: media types hold it, and
   * clients often leave it as it is.
   */
  public List<String> parameters(String name) {
    List<String> values = new ArrayList<>();
    String query = Optional.ofNullable(http.query()).orElse("");
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        values.add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  /** Scheme, host and port as the client named them; where it names none, as it reached them. */
  public URI base() {
    HostAndPort named = http.authority();
    boolean usable = named != null && HOST.matcher(named.host()).matches();
    String host = usable ? named.host() : http.localAddress().hostAddress();
    int port = usable ? named.port() : http.localAddress().port();
    String scheme = isSecure() ? "https://" : "http://";
    boolean bare = !usable && host.contains(":");
    return URI.create(scheme + (bare ? "[" + host + "]" : host) + (port > 0 ? ":" + port : ""));
  }

  /** The host that the client named, without a port. */
  public String host() {
    return Optional.ofNullable(http.authority()).map(authority -> authority.host()).orElse("");
  }

  /** Whether the client came by https, here or to a proxy before this node. */
  public boolean isSecure() {
    return http.isSSL()
        || header("X-Forwarded-Proto").filter(proto -> proto.equalsIgnoreCase("https")).isPresent();
  }

  /** How it came. */
  public ClientOrigin origin() {
    return new ClientOrigin(host(), isSecure(), remote(), this::joinedHeader);
  }

  /** Whether If-None-Match says that the client has this content (RFC 9110, section 13.1.2). */
  public boolean has(Digest digest) {
    return joinedHeader("If-None-Match")
        .map(header -> Arrays.stream(header.split(",")).map(String::strip))
        .filter(tags ->
            tags.anyMatch(tag -> tag.equals("*") || tag.endsWith(Response.entityTag(digest))))
        .isPresent();
  }

  /** Whether another node took it from the client, and counted it. */
  public boolean isForwarded() {
    return forwarded;
  }

  /** Where the client is. */
  public ClientAddress client() {
    if (client == null) {
      client =
          entry(ENTRY_CLIENT)
              .map(ClientAddress::ofRemote)
              .orElseGet(() -> addresses.client(origin()));
    }
    return client;
  }

  /**
   * The region that the client turned to.
   *
   * @param own region of this node
   */
  public RegionId region(RegionId own) {
    return entry(ENTRY_REGION).map(RegionId::parse).orElse(own);
  }

  /** What the node says of the client that passed its request on; nobody else is believed. */
  private Optional<String> entry(String header) {
    return forwarded ? header(header) : Optional.empty();
  }

  /** The other end of the connection. */
  public String remote() {
    return http.remoteAddress() == null ? "-" : http.remoteAddress().hostAddress();
  }

  /** Decodes percent signs and nothing else. */
  public static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RegistryError.UNSUPPORTED.because(
          "the request's path or query holds a '%' that is not followed by two hexadecimal digits",
          e);
    }
  }
}

package dev.meridian.node.http;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.routing.ClientOrigin;
import io.vertx.core.http.HttpServerRequest;
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

/** A request, read by the thread that works for it. */
final class Request {

  private final HttpServerRequest http;
  private final String id;
  private final RequestBody body;

  Request(HttpServerRequest http, String id, RequestBody body) {
    this.http = http;
    this.id = id;
    this.body = body;
  }

  /** The request's id: on its answer, in its errors and in the log. */
  String id() {
    return id;
  }

  String method() {
    return http.method().name();
  }

  boolean isHead() {
    return method().equals("HEAD");
  }

  /** The path as it stands in the request line, nothing decoded. */
  String path() {
    return Optional.ofNullable(http.path()).orElse("");
  }

  /** Path and query as they stand in the request line. */
  String target() {
    return http.query() == null ? path() : path() + "?" + http.query();
  }

  RequestBody body() {
    return body;
  }

  /** Who asks. */
  Principal principal() {
    return Principal.ANONYMOUS;
  }

  /** The first header of this name. */
  Optional<String> header(String name) {
    return Optional.ofNullable(http.getHeader(name));
  }

  /** All headers of this name as one list (RFC 9110, section 5.3). */
  Optional<String> joinedHeader(String name) {
    List<String> values = http.headers().getAll(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** All headers, names in lower case. */
  Map<String, List<String>> headers() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    http.headers()
        .forEach((name, value) ->
            all.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value));
    // What HTTP/2 has in the place of the request line (RFC 9113, section 8.3).
    all.keySet().removeIf(name -> name.startsWith(":"));
    return all;
  }

  /** The body's length in bytes; empty: not known before its end. */
  OptionalLong contentLength() {
    return RequestBody.length(http);
  }

  /** The first query parameter of this name. */
  Optional<String> parameter(String name) {
    return parameters(name).stream().findFirst();
  }

  /**
   * All query parameters of this name, in order. A plus sign is one: media types hold it, and
   * clients often leave it as it is.
   */
  List<String> parameters(String name) {
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

  /** The host that the client named, without a port. */
  String host() {
    return Optional.ofNullable(http.authority()).map(authority -> authority.host()).orElse("");
  }

  /** Whether the client came by https, here or to a proxy before this node. */
  boolean isSecure() {
    return http.isSSL()
        || header("X-Forwarded-Proto").filter(proto -> proto.equalsIgnoreCase("https")).isPresent();
  }

  /** How it came. */
  ClientOrigin origin() {
    return new ClientOrigin(host(), isSecure(), remote(), this::joinedHeader);
  }

  /** Whether If-None-Match says that the client has this content (RFC 9110, section 13.1.2). */
  boolean has(Digest digest) {
    return joinedHeader("If-None-Match")
        .map(header -> Arrays.stream(header.split(",")).map(String::strip))
        .filter(tags ->
            tags.anyMatch(tag -> tag.equals("*") || tag.endsWith(Response.entityTag(digest))))
        .isPresent();
  }

  /** The other end of the connection. */
  String remote() {
    return http.remoteAddress() == null ? "-" : http.remoteAddress().hostAddress();
  }

  /** Decodes percent signs and nothing else. */
  static String decoded(String text) {
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

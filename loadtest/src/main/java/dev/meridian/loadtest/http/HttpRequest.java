package dev.meridian.loadtest.http;

import java.util.Optional;

/**
 * A request: method, path with query, header lines (each ended by CRLF) and body. Immutable, so
 * that one that is sent often is built once.
 */
public record HttpRequest(
    String method, String target, String headers, Optional<RequestBody> body) {

  /** A request without headers and body. */
  public static HttpRequest of(String method, String target) {
    return new HttpRequest(method, target, "", Optional.empty());
  }

  /** The same with one header more. */
  public HttpRequest with(String name, String value) {
    return new HttpRequest(method, target, headers + name + ": " + value + "\r\n", body);
  }

  /** The same with a body of known length. */
  public HttpRequest with(RequestBody content) {
    return new HttpRequest(method, target, headers, Optional.of(content));
  }

  /** The same to another place. */
  public HttpRequest to(String otherTarget) {
    return new HttpRequest(method, otherTarget, headers, body);
  }

  /** Whether the response has a head only (RFC 9110, section 9.3.2). */
  boolean isHead() {
    return method.equals("HEAD");
  }

  /** The lines before the body, as they go over the wire (RFC 9112, section 2.1). */
  String head(Origin origin) {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ");
    head.append(origin.authority()).append("\r\n").append(headers);
    if (body.isPresent()) {
      head.append("Content-Length: ").append(body.get().length()).append("\r\n");
    } else if (method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
      head.append("Content-Length: 0\r\n");
    }
    return head.append("User-Agent: meridian-loadtest\r\n\r\n").toString();
  }
}

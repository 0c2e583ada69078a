package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpResponse;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.http.ResponseSink;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Sends requests to a registry with what it wants for authorisation, and goes where it points. */
final class AuthorizedSession implements Closeable {

  private static final int MOST_REDIRECTS = 5;

  private final Origin origin;
  private final Authorizer authorizer;
  private final HttpSession session;

  AuthorizedSession(Origin origin, Authorizer authorizer, HttpSession session) {
    this.origin = origin;
    this.authorizer = authorizer;
    this.session = session;
  }

  void open() throws IOException {
    session.open(origin);
  }

  /** Sends to the registry itself; a challenge is answered once. */
  HttpResponse send(HttpRequest request, String purpose, ResponseSink sink) throws IOException {
    return send(origin, request, purpose, sink);
  }

  /** Sends to a location that the registry gave: relative, or absolute on any host. */
  HttpResponse sendTo(HttpRequest request, String purpose, ResponseSink sink) throws IOException {
    String location = request.target();
    if (location.startsWith("/")) {
      return send(origin, request, purpose, sink);
    }
    URI place = URI.create(location);
    return send(Origin.of(place), request.to(target(place)), purpose, sink);
  }

  /**
   * Sends a request without a body and follows redirects. Another host gets no authorisation, since
   * what it needs is in the address.
   */
  HttpResponse fetch(HttpRequest request, String purpose, ResponseSink sink) throws IOException {
    HttpResponse response = send(origin, request, purpose, sink);
    URI place = URI.create(origin + request.target());
    for (int i = 0; i < MOST_REDIRECTS && isRedirect(response); i++) {
      place = place.resolve(response.header("Location").orElse(""));
      Origin there = Origin.of(place);
      HttpRequest next = HttpRequest.of(request.method(), target(place));
      response =
          there.equals(origin)
              ? send(origin, next, purpose, sink)
              : session.send(there, next, sink);
    }
    return response;
  }

  private HttpResponse send(Origin place, HttpRequest request, String purpose, ResponseSink sink)
      throws IOException {
    Optional<String> header = authorizer.header(purpose);
    HttpResponse response = session.send(place, authorized(request, header), sink);
    if (response.status() == 401 && authorizer.answer(session, response, purpose, header)) {
      response = session.send(place, authorized(request, authorizer.header(purpose)), sink);
    }
    return response;
  }

  private static HttpRequest authorized(HttpRequest request, Optional<String> header) {
    return header.isPresent() ? request.with("Authorization", header.get()) : request;
  }

  private static boolean isRedirect(HttpResponse response) {
    return switch (response.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static String target(URI place) {
    String path = place.getRawPath().isEmpty() ? "/" : place.getRawPath();
    return place.getRawQuery() == null ? path : path + "?" + place.getRawQuery();
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}

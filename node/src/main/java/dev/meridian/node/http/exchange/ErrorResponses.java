package dev.meridian.node.http.exchange;

import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RegistryErrors;
import dev.meridian.node.registry.RegistryException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of a failure: status and JSON envelope (OCI distribution-spec, "Error
 * Codes"). A bug of ours shows the request's id and nothing else; the rest is in the log.
 */
public final class ErrorResponses {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);

  private record Envelope(List<Problem> errors) {}

  private record Problem(String code, String message, Map<String, String> detail) {}

  private ErrorResponses() {}

  /** The answer to a request that threw this. */
  public static Response of(Exception thrown, String requestId) {
    return switch (thrown) {
      case RequestBody.BrokenOffException broken ->
          of(
              RegistryError.REQUEST_TIMEOUT.because(
                  "the request's body did not come to its end: " + broken.getMessage(), broken),
              requestId);
      case RuntimeException failure ->
          RegistryErrors.of(failure)
              .map(known -> of(known, requestId))
              .orElseGet(() -> ofBug(failure, requestId));
      default -> ofBug(thrown, requestId);
    };
  }

  /** The answer to what is not HTTP, or has too long a head. */
  public static Response ofInvalid(Throwable cause, String requestId) {
    RegistryError error =
        switch (cause) {
          case TooLongHttpLineException line -> RegistryError.URI_TOO_LONG;
          case TooLongHttpHeaderException headers -> RegistryError.HEADERS_TOO_LARGE;
          default -> RegistryError.UNSUPPORTED;
        };
    return of(error.because("the request is not valid HTTP, or its head is too long"), requestId);
  }

  private static Response of(RegistryException known, String requestId) {
    if (known.error().status() >= 500) {
      LOG.warn("request {}: {}", requestId, known.getMessage(), known.getCause());
    } else {
      LOG.debug("request {}: {}", requestId, known.getMessage());
    }
    Response response = envelope(known.error(), known.getMessage(), requestId);
    known.headers().forEach(response::with);
    return response;
  }

  private static Response ofBug(Exception thrown, String requestId) {
    LOG.error("request {} failed", requestId, thrown);
    return envelope(RegistryError.UNKNOWN, "internal error", requestId);
  }

  private static Response envelope(RegistryError error, String message, String requestId) {
    return Response.json(
        error.status(),
        new Envelope(List.of(new Problem(error.code(), message, Map.of("request_id", requestId)))));
  }
}

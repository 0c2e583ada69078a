package dev.meridian.node.http;

import dev.meridian.model.Principal;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.limits.LimitClass;
import dev.meridian.node.limits.LimitKey;
import dev.meridian.node.limits.RateLimits;
import dev.meridian.node.limits.Verdict;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RegistryErrors;
import dev.meridian.node.registry.RegistryException;
import java.io.IOException;

/**
 * Keeps clients to their rates. What counts is what Docker Hub counts: a manifest that a GET was
 * answered with is a pull, a HEAD is free, and so is what the client has already. One that is not
 * there, or not for the client, costs as much to look for and is a request like others.
 */
final class LimitGate {

  private final RateLimits limits;

  LimitGate(RateLimits limits) {
    this.limits = limits;
  }

  /** What answers a request. */
  @FunctionalInterface
  interface Work {
    Response answer() throws IOException;
  }

  /**
   * The answer to a request that was let in, when its client's rate allows it.
   *
   * @throws RegistryException {@code TOO_MANY_REQUESTS} when not
   */
  Response limited(Request request, Route route, Work work) throws IOException {
    if (request.isForwarded() || !route.isRegistry() && route != Route.TOKEN) {
      return work.answer();
    }
    LimitKey key = key(request);
    if (route != Route.MANIFEST || !request.method().equals("GET") && !request.isHead()) {
      checked(limits.take(key, LimitClass.REQUESTS));
      return work.answer();
    }
    return manifest(request, key, work);
  }

  private Response manifest(Request request, LimitKey key, Work work) throws IOException {
    // Whether it is there is known only afterwards.
    checked(limits.check(key, LimitClass.REQUESTS));
    try {
      return request.isHead()
          ? told(work.answer(), limits.peek(key, LimitClass.PULLS))
          : pull(key, work);
    } catch (RuntimeException e) {
      if (RegistryErrors.of(e).filter(LimitGate::isInVain).isPresent()) {
        limits.charge(key, LimitClass.REQUESTS);
      }
      throw e;
    }
  }

  private static boolean isInVain(RegistryException told) {
    return told.error().status() == 404 || told.error() == RegistryError.DENIED;
  }

  private Response pull(LimitKey key, Work work) throws IOException {
    Verdict verdict = checked(limits.take(key, LimitClass.PULLS));
    boolean pulled = false;
    try {
      Response response = work.answer();
      pulled = response.status() == 200;
      return told(response, pulled ? verdict : limits.peek(key, LimitClass.PULLS));
    } finally {
      if (!pulled) {
        limits.giveBack(key, LimitClass.PULLS);
      }
    }
  }

  /** A request that was not let in counts for its address. */
  void countRefused(Request request) {
    if (!request.isForwarded()) {
      checked(limits.take(LimitKey.of(request.client()), LimitClass.REQUESTS));
    }
  }

  private static LimitKey key(Request request) {
    Principal principal = request.caller().principal();
    return principal.equals(Principal.ANONYMOUS)
        ? LimitKey.of(request.client())
        : LimitKey.account(principal.name());
  }

  private static Response told(Response response, Verdict verdict) {
    verdict.headers().forEach(response::with);
    return response;
  }

  private static Verdict checked(Verdict verdict) {
    if (verdict instanceof Verdict.Refused refused) {
      RegistryException tooMany =
          RegistryError.TOO_MANY_REQUESTS
              .because(refused.message())
              .with("Retry-After", refused.retryAfterSeconds());
      refused.headers().forEach(tooMany::with);
      throw tooMany;
    }
    return verdict;
  }
}

package dev.meridian.node.http;

import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.auth.AccountDirectory;
import dev.meridian.node.auth.Auth;
import dev.meridian.node.auth.Challenge;
import dev.meridian.node.auth.Claims;
import dev.meridian.node.auth.Login;
import dev.meridian.node.auth.RequestAccess;
import dev.meridian.node.auth.Scope;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataClient.Reader;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RegistryException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Lets requests in. A repository that is not there and one that may not be read are told apart by
 * nothing that is said here: whether it exists is not looked at.
 */
final class AuthGate {

  private static final String INSUFFICIENT = "insufficient_scope";

  private final RegionId own;
  private final Auth auth;
  private final MeterRegistry meters;

  /**
   * @param own region of this node
   */
  AuthGate(RegionId own, Auth auth, MeterRegistry meters) {
    this.own = own;
    this.auth = auth;
    this.meters = meters;
  }

  /**
   * What a request may do, if it may do what it is for.
   *
   * @throws RegistryException {@code UNAUTHORIZED} with a challenge, or {@code DENIED}, when not
   */
  RequestAccess access(Request request, Route.Match path) {
    if (!auth.settings().required()) {
      return open(request);
    }
    return switch (path.route()) {
      case BASE -> base(request);
      case CATALOG -> list(request, Scope.CATALOG);
      case SEARCH -> list(request, Scope.SEARCH);
      case TAGS, REFERRERS, LOCATIONS -> repository(request, path, Action.PULL);
      case MANIFEST, UPLOADS, UPLOAD -> repository(request, path, action(request.method()));
      case BLOB ->
          hasCapability(request)
              ? nobody(request)
              : repository(request, path, action(request.method()));
      case PING,
          ROOT,
          LIVE,
          READY,
          STARTED,
          INSTANCE,
          END_TO_END,
          REGION,
          METRICS,
          TOKEN,
          KEYS,
          NONE ->
          nobody(request);
    };
  }

  private static Action action(String method) {
    return switch (method) {
      case "GET", "HEAD" -> Action.PULL;
      case "DELETE" -> Action.DELETE;
      default -> Action.PUSH;
    };
  }

  /** Another region let the client read this blob; whether that holds is checked with the blob. */
  private static boolean hasCapability(Request request) {
    return action(request.method()) == Action.PULL
        && request.parameter(RegionRedirects.PARAMETER).isPresent();
  }

  private RequestAccess open(Request request) {
    return new RequestAccess(
        caller(request, Principal.ANONYMOUS, false),
        Optional.empty(),
        (repository, action) -> true);
  }

  private RequestAccess nobody(Request request) {
    return new RequestAccess(
        caller(request, Principal.ANONYMOUS, true),
        Optional.of(new Reader(Principal.ANONYMOUS, request.region(own))),
        (repository, action) -> false);
  }

  /** Docker begins here to learn where tokens are had, so that nobody gets by without one. */
  private RequestAccess base(Request request) {
    return switch (login(request)) {
      case Login.None none -> throw challenge(request, List.of(), Optional.empty(), "log in first");
      case Login.ByPassword known -> base(request, known.identity(), Optional.empty());
      case Login.ByToken known -> base(request, known.identity(), Optional.of(known.claims()));
      case Login.ByExpiredToken expired -> throw expired(request, List.of());
      case Login.Refused refused -> throw refused(request, refused, List.of());
    };
  }

  /** Who pulls what is public begins here too, with a token of nobody. */
  private RequestAccess base(Request request, Identity identity, Optional<Claims> claims) {
    if (identity.isAuthenticated()) {
      checkTrusted();
    }
    return logged(request, identity, claims);
  }

  /** Who may see the whole list may search it too. */
  private RequestAccess list(Request request, Scope scope) {
    checkTrusted();
    List<Scope> scopes = List.of(scope);
    return switch (login(request)) {
      case Login.None none -> throw challenge(request, scopes, Optional.empty(), "log in first");
      case Login.ByPassword known -> logged(request, known.identity(), Optional.empty());
      case Login.ByToken known
          when known.claims().include(scope) || known.claims().include(Scope.CATALOG) ->
          logged(request, known.identity(), Optional.of(known.claims()));
      case Login.ByToken known -> throw insufficient(request, scopes);
      case Login.ByExpiredToken expired -> throw expired(request, scopes);
      case Login.Refused refused -> throw refused(request, refused, scopes);
    };
  }

  private RequestAccess repository(Request request, Route.Match path, Action action) {
    RepositoryName repository = path.repository();
    Action wanted = wanted(path.route(), action);
    return switch (login(request)) {
      case Login.None none ->
          let(request, none.identity(), Optional.empty(), repository, wanted)
              .orElseThrow(
                  () -> challenge(request, scopes(path, action), Optional.empty(), "log in first"));
      case Login.ByPassword known ->
          let(request, known.identity(), Optional.empty(), repository, wanted)
              .orElseThrow(() -> denied(wanted, repository));
      case Login.ByToken known ->
          let(request, known.identity(), Optional.of(known.claims()), repository, wanted)
              .orElseThrow(() -> insufficient(request, scopes(path, action)));
      // The session that it began ends by itself; who else goes on with it is refused there.
      case Login.ByExpiredToken expired when path.route() == Route.UPLOAD ->
          let(request, expired.identity(), Optional.of(expired.claims()), repository, wanted)
              .orElseThrow(() -> expired(request, scopes(path, action)));
      case Login.ByExpiredToken expired -> throw expired(request, scopes(path, action));
      case Login.Refused refused -> throw refused(request, refused, scopes(path, action));
    };
  }

  /** Everything about an upload is part of a push, whatever its method. */
  private static Action wanted(Route route, Action action) {
    return switch (route) {
      case UPLOADS, UPLOAD -> Action.PUSH;
      default -> action;
    };
  }

  /** What a client is to ask a token for. */
  private static List<Scope> scopes(Route.Match path, Action action) {
    Action wanted = wanted(path.route(), action);
    Set<String> actions =
        wanted == Action.PUSH
            ? new LinkedHashSet<>(List.of("pull", "push"))
            : Set.of(Scope.nameOf(wanted));
    return List.of(Scope.of(path.repository(), actions));
  }

  private Optional<RequestAccess> let(
      Request request,
      Identity identity,
      Optional<Claims> claims,
      RepositoryName repository,
      Action action) {
    RequestAccess access = logged(request, identity, claims);
    if (access.allows(repository, action)) {
      return Optional.of(access);
    }
    checkTrusted();
    return Optional.empty();
  }

  private void checkTrusted() {
    if (!auth.directory().isTrusted()) {
      throw RegistryError.UNAVAILABLE
          .because("no quorum was in reach for long, so that only public images are served here")
          .with("Retry-After", "5");
    }
  }

  private RequestAccess logged(Request request, Identity identity, Optional<Claims> claims) {
    AccountDirectory directory = auth.directory();
    RegionId region = request.region(own);
    return new RequestAccess(
        caller(request, identity.principal(), true),
        Optional.of(new Reader(identity.principal(), region)),
        (repository, action) ->
            claims.map(token -> token.include(repository, action)).orElse(true)
                && directory.decide(identity, repository, action, region).isAllowed());
  }

  private Caller caller(Request request, Principal principal, boolean authorise) {
    return Caller.client(
        principal, new Caller.Origin(request.region(own), request.client().address(), authorise));
  }

  private Login login(Request request) {
    // Two of them as one are no login.
    return auth.authenticator().login(request.joinedHeader("Authorization"), request.client());
  }

  private RegistryException refused(Request request, Login.Refused refused, List<Scope> scopes) {
    count(refused.kind().name().toLowerCase(Locale.ROOT));
    return switch (refused.kind()) {
      case BUSY ->
          RegistryError.UNAVAILABLE
              .because(refused.reason())
              .with("Retry-After", refused.retryAfter().orElse("1"));
      case LIMITED ->
          RegistryError.TOO_MANY_REQUESTS
              .because(refused.reason())
              .with("Retry-After", refused.retryAfter().orElse("1"));
      case TOKEN -> challenge(request, scopes, Optional.of("invalid_token"), refused.reason());
      case PASSWORD, MALFORMED -> challenge(request, scopes, Optional.empty(), refused.reason());
    };
  }

  private RegistryException expired(Request request, List<Scope> scopes) {
    return challenge(request, scopes, Optional.of("invalid_token"), "the token has expired");
  }

  private RegistryException insufficient(Request request, List<Scope> scopes) {
    count("scope");
    return challenge(
        request,
        scopes,
        Optional.of(INSUFFICIENT),
        "you may not, or this needs another login or token");
  }

  private RegistryException denied(Action action, RepositoryName repository) {
    count("denied");
    return RegistryError.DENIED.because(
        "you may not "
            + Scope.nameOf(action)
            + " repository "
            + repository
            + ", or it is not there");
  }

  private RegistryException challenge(
      Request request, List<Scope> scopes, Optional<String> error, String message) {
    URI realm = auth.settings().realm().orElseGet(() -> request.base().resolve("/token"));
    return RegistryError.UNAUTHORIZED
        .because(message)
        .with(
            "WWW-Authenticate",
            new Challenge(realm, auth.settings().service(), scopes, error).header());
  }

  private void count(String reason) {
    Counter.builder("meridian.auth.failures")
        .description("Requests that were not let in")
        .tag("reason", reason)
        .register(meters)
        .increment();
  }
}

package dev.meridian.node.auth;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an answer 401 asks for (RFC 6750, section 3): a token, where it is had, and for what.
 *
 * @param realm where
 * @param service for which registry
 * @param scopes for what; empty: only for a login
 * @param error what was wrong with the token that came, in the words of RFC 6750
 */
public record Challenge(URI realm, String service, List<Scope> scopes, Optional<String> error) {

  public Challenge {
    scopes = List.copyOf(scopes);
  }

  /** The value of the header {@code WWW-Authenticate}. */
  public String header() {
    String scope =
        scopes.isEmpty()
            ? ""
            : scopes.stream()
                .map(Scope::toString)
                .collect(Collectors.joining(" ", ",scope=\"", "\""));
    return "Bearer realm=\""
        + realm
        + "\",service=\""
        + service
        + "\""
        + scope
        + error.map(text -> ",error=\"" + text + "\"").orElse("");
  }
}

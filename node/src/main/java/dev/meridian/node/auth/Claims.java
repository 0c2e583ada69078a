package dev.meridian.node.auth;

import dev.meridian.access.Action;
import dev.meridian.model.Principal;
import dev.meridian.model.RepositoryName;
import java.time.Instant;
import java.util.List;

/**
 * What a token says.
 *
 * @param credentials for which it was issued: when they open the account no more, the token is no
 *     longer good
 * @param access what it was issued for; empty of one that only gets other tokens
 */
public record Claims(
    Principal principal, Credentials credentials, Instant expires, List<Scope> access) {

  public Claims {
    access = List.copyOf(access);
  }

  /** Whether it was issued for this. */
  public boolean include(RepositoryName repository, Action action) {
    // Asked with every request, so without a stream.
    for (Scope granted : access) {
      if (granted.covers(repository, action)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it was issued for all of this. */
  public boolean include(Scope scope) {
    return access.stream().anyMatch(granted -> granted.includes(scope));
  }
}

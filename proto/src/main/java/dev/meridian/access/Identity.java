package dev.meridian.access;

import dev.meridian.model.Principal;
import java.util.List;

/**
 * Somebody, and all that is granted to them.
 *
 * @param principal who; the anonymous principal has not logged in
 * @param grants those about the account, about its groups, about everybody and, of who has logged
 *     in, about everybody who has
 */
public record Identity(Principal principal, List<Grant> grants) {

  public Identity {
    grants = List.copyOf(grants);
  }

  /** Whether they have shown who they are. */
  public boolean isAuthenticated() {
    return !principal.equals(Principal.ANONYMOUS);
  }
}

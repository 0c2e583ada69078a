package dev.meridian.node.metadata;

import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import java.util.Optional;

/**
 * Who asks for a change, and by which way.
 *
 * @param origin empty of what a node does by itself
 */
public record Caller(Principal principal, Optional<Origin> origin) {

  /** A node, for its region. Nobody logs in under a name with a colon. */
  public static final Caller NODE = new Caller(new Principal("system:node"), Optional.empty());

  /** Nobody in particular. */
  public static final Caller ANONYMOUS = new Caller(Principal.ANONYMOUS, Optional.empty());

  /**
   * A client's request.
   *
   * @param region whose node took it
   * @param address the client's, as far as it is known
   * @param authorise logins are required: the plane decides whether the principal may
   */
  public record Origin(RegionId region, String address, boolean authorise) {}

  /** A client. */
  public static Caller client(Principal principal, Origin origin) {
    return new Caller(principal, Optional.of(origin));
  }
}

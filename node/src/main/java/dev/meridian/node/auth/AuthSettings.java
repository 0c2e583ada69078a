package dev.meridian.node.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How clients log in.
 *
 * @param required false: everybody may everything
 * @param service the name for which tokens are good
 * @param realm where tokens are had; empty: at the host that the client named
 * @param tokenLife how long a token is good; at least {@link #SHORTEST_LIFE}
 * @param disconnected how long what was known of accounts counts while no quorum is in reach
 */
public record AuthSettings(
    boolean required,
    String service,
    Optional<URI> realm,
    Duration tokenLife,
    Duration disconnected) {

  /** Clients take a token for this long when nothing is said. */
  public static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);

  /** Everybody may everything. */
  public static final AuthSettings OFF =
      new AuthSettings(
          false, "meridian", Optional.empty(), Duration.ofMinutes(5), Duration.ofMinutes(5));
}

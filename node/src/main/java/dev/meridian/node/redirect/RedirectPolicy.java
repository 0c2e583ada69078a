package dev.meridian.node.redirect;

import dev.meridian.node.routing.ClientOrigin;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the client of a request is sent to this URL, of object storage or of another region
 * (DESIGN, "Pull").
 */
public interface RedirectPolicy {

  /** Always. */
  RedirectPolicy ALWAYS = (client, url) -> true;

  /** Never: the node streams. */
  RedirectPolicy NEVER = (client, url) -> false;

  /** Unless a client that came by https would be sent to http. */
  RedirectPolicy NO_LESS_SECURE =
      (client, url) -> !(client.secure() && "http".equals(url.getScheme()));

  /**
   * To object storage unless it does harm: newer clients forward Authorization to the host that
   * they asked and to hosts under it, and object storage refuses two authorisations; and a client
   * that came by https must not be sent to http. A storage host that a URL cannot name is not
   * redirected to.
   *
   * @param publicHost the name that clients use, when it is not that of their request
   */
  static RedirectPolicy auto(Optional<String> publicHost) {
    return (client, storage) ->
        storage.getHost() != null
            && !isSameOrUnder(storage.getHost(), publicHost.orElse(client.host()))
            && NO_LESS_SECURE.allows(client, storage);
  }

  boolean allows(ClientOrigin client, URI url);

  private static boolean isSameOrUnder(String host, String parent) {
    String below = host.toLowerCase(Locale.ROOT);
    String above = parent.toLowerCase(Locale.ROOT);
    return below.equals(above) || below.endsWith("." + above);
  }
}

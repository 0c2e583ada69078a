package dev.meridian.node.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Whether the client of a request is sent to this URL of object storage (DESIGN, "Pull"). */
public interface RedirectPolicy {

  /** Always. */
  RedirectPolicy ALWAYS = (client, storage) -> true;

  /** Never: the node streams. */
  RedirectPolicy NEVER = (client, storage) -> false;

  /**
   * Unless it does harm: newer clients forward Authorization to the host that they asked and to
   * hosts under it, and object storage refuses two authorisations; and a client that came by https
   * must not be sent to http. A storage host that a URL cannot name is not redirected to.
   *
   * @param publicHost the name that clients use, when it is not that of their request
   */
  static RedirectPolicy auto(Optional<String> publicHost) {
    return (client, storage) ->
        storage.getHost() != null
            && !isSameOrUnder(storage.getHost(), publicHost.orElse(client.host()))
            && !(client.secure() && storage.getScheme().equals("http"));
  }

  boolean allows(ClientOrigin client, URI storage);

  /**
   * How the client reached the registry.
   *
   * @param host of the request, without a port
   * @param secure whether it came by https, to this node or to a proxy before it
   */
  record ClientOrigin(String host, boolean secure) {}

  private static boolean isSameOrUnder(String host, String parent) {
    String below = host.toLowerCase(Locale.ROOT);
    String above = parent.toLowerCase(Locale.ROOT);
    return below.equals(above) || below.endsWith("." + above);
  }
}

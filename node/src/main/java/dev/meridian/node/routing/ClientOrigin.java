package dev.meridian.node.routing;

import java.util.Optional;
import java.util.function.Function;

/**
 * How a client's request came. Nothing of it was checked: what headers say is believed to whom the
 * configuration trusts, see {@link ClientLocator}.
 *
 * @param host of the request, without a port
 * @param secure whether it came by https, to this node or to a proxy before it
 * @param remote address of the other end of the connection
 * @param headers all of a name as one list, separated by commas
 */
public record ClientOrigin(
    String host, boolean secure, String remote, Function<String, Optional<String>> headers) {}

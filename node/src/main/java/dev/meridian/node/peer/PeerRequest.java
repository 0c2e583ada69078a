package dev.meridian.node.peer;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A client's request of an upload session, on its way to a node of the session's region.
 *
 * @param target path and query, as the client sent them
 * @param headers to be sent along; those that belong to the connection are left out by the sender
 * @param body read to its end as it is sent; empty: none
 * @param length of the body in bytes; empty: not known before its end
 */
public record PeerRequest(
    String method,
    String target,
    Map<String, List<String>> headers,
    Optional<InputStream> body,
    OptionalLong length) {}

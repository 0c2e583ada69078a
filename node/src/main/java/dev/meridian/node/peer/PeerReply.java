package dev.meridian.node.peer;

import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * The answer to a {@link PeerRequest}.
 *
 * @param headers with names in lower case; those that belong to the connection are left out
 * @param body blocks; to be closed by the receiver of this record
 */
public record PeerReply(int status, Map<String, List<String>> headers, InputStream body) {}

/**
 * Node to node: the internal listener and its client. Its paths:
 *
 * <pre>
 *   GET /internal/held/&lt;repository&gt;/&lt;digest&gt;      bytes of a copy that this region holds
 *   GET /internal/fetched/&lt;repository&gt;/&lt;digest&gt;   the same, fetched from another region when it is cold here
 *   GET /internal/storage                        200 while this region's object storage answers
 *   GET /internal/ping                           200 at once
 *   *   /v2/&lt;repository&gt;/blobs/uploads/...       requests of an upload session of this region
 * </pre>
 *
 * <p>The first two carry the revision that the one who asks has seen, and ranges as {@code
 * bytes=first-last}, all of them the cluster's name.
 */
package dev.meridian.node.peer;

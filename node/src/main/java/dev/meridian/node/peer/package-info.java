/**
 * Node to node: the internal listener and its client. Its paths:
 *
 * <pre>
 *   GET  /internal/held/&lt;digest&gt;              bytes of a copy that this region holds
 *   GET  /internal/fetched/&lt;digest&gt;           the same, fetched from another region when it is cold here
 *   POST /internal/copies/&lt;digest&gt;            204 when this region holds a copy, which is fetched if it must
 *   GET  /internal/storage                    200 while this region's object storage answers
 *   GET  /internal/ping                       200 at once, with what is known of storage and distances there
 *   POST /internal/limits                     settles rate limits: what was granted, then what is left
 *   *    /v2/&lt;repository&gt;/blobs/uploads/...   requests of an upload session of this region
 * </pre>
 *
 * <p>The first three carry the revision that the one who asks has seen, the first two ranges as
 * {@code bytes=first-last}, and all of them the cluster's name. Requests of upload sessions carry
 * the region that their client turned to, and its address.
 */
package dev.meridian.node.peer;

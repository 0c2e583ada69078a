/** Brings this region blobs that it does not hold, once for all who want them. */
package dev.meridian.node.fetch;

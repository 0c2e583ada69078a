/** Keeps a region's storage to what the metadata plane knows, and its bytes to their digests. */
package dev.meridian.node.sweep;

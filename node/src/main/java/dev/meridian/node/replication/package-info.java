/** Brings copies of blobs into the regions that should hold them, unasked. */
package dev.meridian.node.replication;

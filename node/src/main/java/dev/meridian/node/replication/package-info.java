/** Brings a region the blobs that it should hold, and rids it of those that it should not. */
package dev.meridian.node.replication;

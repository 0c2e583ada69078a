/** Blobs in a directory that the nodes of a region share. */
package dev.meridian.node.blobs.file;

/** Content-addressed bytes of one region: objects under keys that are unique to an upload. */
package dev.meridian.node.blobs;

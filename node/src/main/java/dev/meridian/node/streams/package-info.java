/**
 * Vert.x streams as blocking streams, with back-pressure: the two adapters that the public and the
 * internal listener share.
 */
package dev.meridian.node.streams;

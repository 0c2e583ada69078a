/** Which region and node serves a blob. */
package dev.meridian.node.routing;

/** How often clients may ask: limits by key and class, settled between all nodes of a cluster. */
package dev.meridian.node.limits;

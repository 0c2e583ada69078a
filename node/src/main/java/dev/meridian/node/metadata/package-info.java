/** The control plane as a node sees it. */
package dev.meridian.node.metadata;

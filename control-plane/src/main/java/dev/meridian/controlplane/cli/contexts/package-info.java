/** Named sets of how a cluster is reached, in a file of the operator's. */
package dev.meridian.controlplane.cli.contexts;

/** Makes certificates: the authority of a cluster, and what it issues. Needs no server. */
package dev.meridian.controlplane.cli.certs;

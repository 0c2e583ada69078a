/** The gRPC edge: requests to commands and queries, sessions of nodes, talk among servers. */
package dev.meridian.controlplane.rpc;

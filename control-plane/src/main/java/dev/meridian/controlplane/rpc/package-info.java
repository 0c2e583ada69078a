/** The gRPC edge: what arrives becomes commands and queries, what comes of them answers. */
package dev.meridian.controlplane.rpc;

/** What all services share: commands, reads, their deadlines, and errors as gRPC says them. */
package dev.meridian.controlplane.rpc.calls;

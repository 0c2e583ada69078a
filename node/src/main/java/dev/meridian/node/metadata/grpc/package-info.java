/** The metadata plane over gRPC: messages, attempts, and which server is asked. */
package dev.meridian.node.metadata.grpc;

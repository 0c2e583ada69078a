/** Small commands to metadata planes, over gRPC: Meridian's, and etcd's. */
package dev.meridian.loadtest.commands;

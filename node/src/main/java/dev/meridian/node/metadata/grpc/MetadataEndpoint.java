package dev.meridian.node.metadata.grpc;

import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.GrpcCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;

/**
 * A metadata server and the channel to it.
 *
 * @param name host:port, or the name of the in-process server; for messages
 */
public record MetadataEndpoint(String name, ManagedChannel channel) {

  /** A manifest of 4 MiB and what is around it. */
  private static final int MAX_MESSAGE = 8 * 1024 * 1024;

  /**
   * A metadata server at host:port of this host, in plain text. Nothing is connected before the
   * first call.
   */
  public static MetadataEndpoint socket(String address) {
    return socket(address, InsecureChannelCredentials.create());
  }

  /** The same with mutual TLS: it must be a metadata server of the cluster, at that host. */
  public static MetadataEndpoint socket(String address, ClusterIdentity identity) {
    return socket(address, GrpcCredentials.toServers(identity));
  }

  private static MetadataEndpoint socket(String address, ChannelCredentials credentials) {
    return new MetadataEndpoint(
        address,
        Grpc.newChannelBuilder(address, credentials).maxInboundMessageSize(MAX_MESSAGE).build());
  }

  /** The metadata server of this process. */
  public static MetadataEndpoint inProcess(String name) {
    return new MetadataEndpoint(
        name, InProcessChannelBuilder.forName(name).maxInboundMessageSize(MAX_MESSAGE).build());
  }
}

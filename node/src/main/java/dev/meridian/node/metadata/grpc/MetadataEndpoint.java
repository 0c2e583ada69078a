package dev.meridian.node.metadata.grpc;

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

  /** A metadata server at host:port. Nothing is connected before the first call. */
  public static MetadataEndpoint socket(String address) {
    return new MetadataEndpoint(
        address,
        Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
            .maxInboundMessageSize(MAX_MESSAGE)
            .build());
  }

  /** The metadata server of this process. */
  public static MetadataEndpoint inProcess(String name) {
    return new MetadataEndpoint(
        name, InProcessChannelBuilder.forName(name).maxInboundMessageSize(MAX_MESSAGE).build());
  }
}

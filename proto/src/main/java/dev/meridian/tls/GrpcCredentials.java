package dev.meridian.tls;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;

/** How gRPC is told of certificates. */
public final class GrpcCredentials {

  private GrpcCredentials() {}

  /** For channels to metadata servers of the cluster. */
  public static ChannelCredentials toServers(ClusterIdentity identity) {
    return TlsChannelCredentials.newBuilder()
        .keyManager(identity.keyManager())
        .trustManager(identity.trustManager(PeerRole.SERVER))
        .build();
  }

  /**
   * For a metadata server. A client may come without a certificate, but with none of another
   * authority: what each service asks of its callers is for an interceptor to hold.
   */
  public static ServerCredentials ofServer(ClusterIdentity identity) {
    return TlsServerCredentials.newBuilder()
        .keyManager(identity.keyManager())
        .trustManager(identity.trustManager())
        .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
        .build();
  }
}

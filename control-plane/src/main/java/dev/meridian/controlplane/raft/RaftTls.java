package dev.meridian.controlplane.raft;

import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.PeerRole;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;

/**
 * How members of the group know one another: each shows, as client and as server, a certificate of
 * the cluster's authority that says that it is a metadata server of this cluster. Ratis asks for
 * the certificate at every handshake, so that one that was replaced needs no restart. Without
 * certificates they talk within one host only.
 */
public final class RaftTls {

  /** Plain text. */
  public static final RaftTls NONE = new RaftTls(Optional.empty());

  private final Optional<ClusterIdentity> identity;

  private RaftTls(Optional<ClusterIdentity> identity) {
    this.identity = identity;
  }

  /** Both sides show certificates. */
  public static RaftTls mutual(ClusterIdentity identity) {
    return new RaftTls(Optional.of(identity));
  }

  /** Whether members know whom they talk to, so that they may do so over a network. */
  boolean isMutual() {
    return identity.isPresent();
  }

  Parameters parameters() {
    Parameters parameters = new Parameters();
    identity.ifPresent(own ->
        GrpcConfigKeys.TLS.setConf(
            parameters,
            new GrpcTlsConfig(own.keyManager(), own.trustManager(PeerRole.SERVER), true)));
    return parameters;
  }
}

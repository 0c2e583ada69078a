package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.rpc.calls.CallerIdentity;
import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.GrpcCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;

/**
 * How the gRPC services know who calls.
 *
 * @param credentials of the socket
 * @param ofSocket who calls there
 * @param ofProcess who calls from within this process
 */
public record RpcSecurity(
    ServerCredentials credentials, CallerIdentity ofSocket, CallerIdentity ofProcess) {

  /** Nobody is known: for a socket that only this host reaches. */
  public static RpcSecurity plainText(String cluster) {
    CallerIdentity unknown = CallerIdentity.unknown(cluster);
    return new RpcSecurity(InsecureServerCredentials.create(), unknown, unknown);
  }

  /**
   * Certificates tell; a node of the same process is what the process is.
   *
   * @param logins operators may log in instead
   */
  public static RpcSecurity mutual(ClusterIdentity identity, boolean logins) {
    return new RpcSecurity(
        GrpcCredentials.ofServer(identity),
        CallerIdentity.byCertificate(identity.cluster(), logins),
        CallerIdentity.ofProcess(identity.cluster(), identity::own));
  }
}

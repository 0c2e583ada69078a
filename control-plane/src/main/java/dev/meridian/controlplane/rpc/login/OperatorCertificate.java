package dev.meridian.controlplane.rpc.login;

import java.util.Optional;

/** The certificate with which the present call's connection was made. */
@FunctionalInterface
public interface OperatorCertificate {

  /**
   * The name of the operator to whom it was issued; empty when there is none, or it is no
   * operator's. Asked in the gRPC context of the call.
   */
  Optional<String> operatorCertificate();
}

package dev.meridian.node;

import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.HttpCertificate;
import dev.meridian.tls.PeerRole;
import dev.meridian.tls.ServerCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.Supplier;

/** Opens a node's certificates, and tells metrics how long those in use are still good. */
final class NodeCertificates {

  private NodeCertificates() {}

  /** That of the node within its cluster. */
  static ClusterIdentity ofNode(ClusterCertificates files, String cluster, MeterRegistry meters) {
    ClusterIdentity identity = ClusterIdentity.open(files, cluster, Set.of(PeerRole.NODE));
    measure("node", identity::secondsLeft, meters);
    return identity;
  }

  /** That of the public listener. */
  static ServerCertificate ofListener(HttpCertificate files, MeterRegistry meters) {
    ServerCertificate certificate = ServerCertificate.open(files);
    measure("http", certificate::secondsLeft, meters);
    return certificate;
  }

  private static void measure(
      String certificate, Supplier<Number> secondsLeft, MeterRegistry meters) {
    Gauge.builder("meridian.certificate.left", secondsLeft)
        .description("Time until the certificate in use expires; negative afterwards")
        .baseUnit("seconds")
        .tag("certificate", certificate)
        .register(meters);
  }
}

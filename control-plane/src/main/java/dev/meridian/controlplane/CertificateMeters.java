package dev.meridian.controlplane;

import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.ServerCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Tells metrics how long the certificates in use are still good. */
final class CertificateMeters {

  private CertificateMeters() {}

  /** That of the metadata server within its cluster. */
  static void add(ClusterIdentity identity, MeterRegistry meters) {
    add("server", identity::secondsLeft, meters);
  }

  /** That of the public listener. */
  static void add(ServerCertificate certificate, MeterRegistry meters) {
    add("http", certificate::secondsLeft, meters);
  }

  private static void add(String certificate, Supplier<Number> secondsLeft, MeterRegistry meters) {
    Gauge.builder("meridian.certificate.left", secondsLeft)
        .description("Time until the certificate in use expires; negative afterwards")
        .baseUnit("seconds")
        .tag("certificate", certificate)
        .register(meters);
  }
}

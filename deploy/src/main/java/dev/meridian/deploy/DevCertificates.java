package dev.meridian.deploy;

import dev.meridian.controlplane.cli.certs.CertificateAuthority;
import dev.meridian.controlplane.cli.certs.CertificateOrder;
import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.model.RegionId;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.HttpCertificate;
import dev.meridian.tls.PeerRole;
import dev.meridian.tls.TlsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of a development cluster, in the directory {@code tls} of its data: an authority
 * of its own, and for each region one within the cluster and one for its clients. They stay over
 * restarts, so that clients need to be told once whom to trust.
 */
final class DevCertificates {

  private static final Logger LOG = LoggerFactory.getLogger(DevCertificates.class);
  private static final String OPERATOR = "operator";
  private static final List<String> HOSTS = List.of("127.0.0.1", "localhost", "::1");
  private static final Duration VALIDITY = Duration.ofDays(365);

  /** With less than this left at a start, a certificate is issued anew. */
  private static final Duration LEAST_LEFT = Duration.ofDays(30);

  private final Path directory;
  private final InstantSource clock;

  private DevCertificates(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Those in a data directory, whether or not they are there yet. */
  static DevCertificates in(Path data) {
    return new DevCertificates(data.resolve("tls"), InstantSource.system());
  }

  /** With a clock of its own, for tests. */
  static DevCertificates in(Path data, InstantSource clock) {
    return new DevCertificates(data.resolve("tls"), clock);
  }

  /**
   * Makes what is missing or about to expire.
   *
   * @param cluster its name
   * @throws StartException when the files cannot be used
   */
  void prepare(String cluster, List<RegionId> regions) throws StartException {
    try {
      PemFiles own = PemFiles.in(directory, CertificateAuthority.NAME);
      if (!lasts(own)) {
        own.delete();
        CertificateAuthority.create(directory, cluster, clock);
      }
      CertificateAuthority authority = CertificateAuthority.open(directory, clock);
      Files.createDirectories(authority().getParent());
      Files.copy(own.certificate(), authority(), StandardCopyOption.REPLACE_EXISTING);
      for (RegionId region : regions) {
        keep(
            authority,
            inCluster(region),
            order(region.value(), Set.of(PeerRole.NODE, PeerRole.SERVER), HOSTS));
        keep(authority, ofClients(region), order(region.value(), Set.of(), HOSTS));
      }
      keep(authority, operator(), order(OPERATOR, Set.of(PeerRole.OPERATOR), List.of()));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(
          "the certificates in " + directory + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static CertificateOrder order(String name, Set<PeerRole> roles, List<String> hosts) {
    return new CertificateOrder(name, roles, hosts, VALIDITY);
  }

  private void keep(CertificateAuthority authority, PemFiles files, CertificateOrder order)
      throws IOException {
    if (!lasts(files) || !isSigned(files, authority)) {
      files.delete();
      authority.issue(order, files);
    }
  }

  private boolean lasts(PemFiles files) {
    Instant least = clock.instant().plus(LEAST_LEFT);
    return files.exist() && certificate(files).getNotAfter().toInstant().isAfter(least);
  }

  /** Not by an authority that was there before. */
  private static boolean isSigned(PemFiles files, CertificateAuthority authority) {
    try {
      certificate(files).verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      LOG.info("{} is of another authority: {}", files.certificate(), e.getMessage());
      return false;
    }
  }

  private static X509Certificate certificate(PemFiles files) {
    return new TlsFile("--data", files.certificate()).certificates().getFirst();
  }

  private PemFiles inCluster(RegionId region) {
    return PemFiles.in(directory, region.value());
  }

  private PemFiles ofClients(RegionId region) {
    return PemFiles.in(directory, region + "-http");
  }

  /** What clients need to trust the regions; podman wants it alone in its directory. */
  Path authority() {
    return directory.resolve("clients").resolve("ca.crt").toAbsolutePath().normalize();
  }

  /** With which one operates the cluster. */
  PemFiles operator() {
    return PemFiles.in(directory, OPERATOR);
  }

  /** The settings of a region by path. */
  Map<String, Path> settings(RegionId region) {
    return Map.of(
        HttpCertificate.CERTIFICATE, ofClients(region).certificate(),
        HttpCertificate.KEY, ofClients(region).key(),
        ClusterCertificates.CA, authority(),
        ClusterCertificates.CERTIFICATE, inCluster(region).certificate(),
        ClusterCertificates.KEY, inCluster(region).key());
  }
}

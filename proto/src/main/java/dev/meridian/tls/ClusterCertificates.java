package dev.meridian.tls;

import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The files that say who a process is in its cluster, in PEM.
 *
 * @param ca the certificates of the authorities that sign those of this cluster
 * @param certificate the process's own first, then those between it and its authority's
 */
public record ClusterCertificates(Path ca, Path certificate, Path key) {

  /** Names of the settings. */
  public static final String CA = "tls.ca";

  public static final String CERTIFICATE = "tls.certificate";
  public static final String KEY = "tls.key";

  /**
   * What the files hold.
   *
   * @param identities what the certificate says of the process
   */
  record Content(
      List<X509Certificate> authorities, CertifiedKey certified, PeerIdentities identities) {}

  /**
   * Checks the files.
   *
   * @param roles what the process is; its certificate must say so
   * @throws TlsFileException when they cannot be used
   */
  public void check(String cluster, Set<PeerRole> roles) {
    read(cluster, roles);
  }

  Content read(String cluster, Set<PeerRole> roles) {
    TlsFile file = new TlsFile(CERTIFICATE, certificate);
    List<X509Certificate> authorities = new TlsFile(CA, ca).certificates();
    CertifiedKey certified = CertifiedKey.read(file, new TlsFile(KEY, key), Instant.now());
    PeerIdentities identities;
    try {
      identities = PeerIdentities.of(certified.certificate());
    } catch (CertificateParsingException e) {
      throw file.unfit("has names that cannot be read: " + e.getMessage(), e);
    }
    for (PeerRole role : roles) {
      if (identities.in(cluster, role).isEmpty()) {
        throw file.unfit(
            "has "
                + identities
                + " among its names: expected meridian://"
                + cluster
                + "/"
                + role.text()
                + "/NAME, since this process is a "
                + role.text()
                + " of the cluster "
                + cluster,
            null);
      }
    }
    return new Content(authorities, certified, identities);
  }
}

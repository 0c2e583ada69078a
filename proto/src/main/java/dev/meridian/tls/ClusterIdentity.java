package dev.meridian.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who this process is in its cluster, and whom it trusts, as its files say at the moment: every
 * connection that is made after they changed goes by the new ones. Thread-safe.
 */
public final class ClusterIdentity implements AutoCloseable {

  private final ClusterCertificates files;
  private final String cluster;
  private final Set<PeerRole> roles;
  private final ReloadedKeys keys;
  private final FileWatch watch;
  private final ExpiryWatch expiry;
  private volatile PeerIdentities own;
  private volatile X509ExtendedTrustManager authorities;

  private ClusterIdentity(ClusterCertificates files, String cluster, Set<PeerRole> roles) {
    this.files = files;
    this.cluster = cluster;
    this.roles = Set.copyOf(roles);
    ClusterCertificates.Content content = files.read(cluster, roles);
    this.keys = new ReloadedKeys(content.certified());
    this.own = content.identities();
    this.authorities = AuthorityTrust.platform(content.authorities());
    this.watch =
        FileWatch.start(List.of(files.ca(), files.certificate(), files.key()), this::reload);
    this.expiry =
        ExpiryWatch.start(
            new TlsFile(ClusterCertificates.CERTIFICATE, files.certificate()),
            () -> keys.certified().certificate());
  }

  /**
   * Reads the files and begins to watch them.
   *
   * @param cluster name of the cluster
   * @param roles what this process is
   * @throws TlsFileException when they cannot be used, or the certificate is not of these roles
   */
  public static ClusterIdentity open(
      ClusterCertificates files, String cluster, Set<PeerRole> roles) {
    return new ClusterIdentity(files, cluster, roles);
  }

  private void reload() {
    ClusterCertificates.Content content = files.read(cluster, roles);
    authorities = AuthorityTrust.platform(content.authorities());
    own = content.identities();
    keys.replace(content.certified());
  }

  /** Name of the cluster. */
  public String cluster() {
    return cluster;
  }

  /** What the certificate says of this process. */
  public PeerIdentities own() {
    return own;
  }

  /** Seconds until the certificate in use expires; negative afterwards. */
  public double secondsLeft() {
    return ExpiryWatch.secondsLeft(keys.certified().certificate());
  }

  /** Presents the certificate, to clients and to servers. */
  public X509ExtendedKeyManager keyManager() {
    return keys;
  }

  /** Trusts whomever the cluster's authority has signed; who it is remains to be asked. */
  public X509ExtendedTrustManager trustManager() {
    return new AuthorityTrust(() -> authorities, certificate -> {});
  }

  /** Trusts those of this cluster that are in one of these roles. */
  public X509ExtendedTrustManager trustManager(PeerRole... trusted) {
    return new AuthorityTrust(() -> authorities, certificate -> requireOneOf(certificate, trusted));
  }

  private void requireOneOf(X509Certificate certificate, PeerRole... trusted)
      throws CertificateException {
    PeerIdentities identities = PeerIdentities.of(certificate);
    if (identities.in(cluster, trusted).isEmpty()) {
      throw new CertificateException(
          "the certificate is of "
              + identities
              + ": expected a "
              + Arrays.stream(trusted).map(PeerRole::text).collect(Collectors.joining(" or "))
              + " of the cluster "
              + cluster);
    }
  }

  @Override
  public void close() {
    expiry.close();
    watch.close();
  }
}

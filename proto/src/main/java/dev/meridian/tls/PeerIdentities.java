package dev.meridian.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All that one certificate says of its holder; a process may be a node and a metadata server. */
public record PeerIdentities(List<PeerIdentity> all) {

  /** The kind of a URI in a certificate's list of names (RFC 5280, section 4.2.1.6). */
  private static final Integer URI = 6;

  public PeerIdentities {
    all = List.copyOf(all);
  }

  /**
   * What a certificate says; URIs of other schemes are none of our business.
   *
   * @throws CertificateParsingException when its names cannot be read, or one is of our scheme and
   *     not an identity
   */
  public static PeerIdentities of(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return new PeerIdentities(List.of());
    }
    try {
      return new PeerIdentities(
          names.stream()
              .filter(name -> name.getFirst().equals(URI))
              .map(name -> (String) name.get(1))
              .filter(uri -> uri.startsWith(PeerIdentity.SCHEME))
              .map(PeerIdentity::parse)
              .toList());
    } catch (IllegalArgumentException e) {
      throw new CertificateParsingException(e.getMessage(), e);
    }
  }

  /** The first of a cluster in one of these roles, in their order. */
  public Optional<PeerIdentity> in(String cluster, PeerRole... roles) {
    return Arrays.stream(roles)
        .flatMap(role -> all.stream().filter(identity -> identity.role() == role))
        .filter(identity -> identity.cluster().equals(cluster))
        .findFirst();
  }

  /** The URIs, for messages. */
  @Override
  public String toString() {
    return all.isEmpty()
        ? "no identity"
        : all.stream().map(PeerIdentity::toString).collect(Collectors.joining(", "));
  }
}

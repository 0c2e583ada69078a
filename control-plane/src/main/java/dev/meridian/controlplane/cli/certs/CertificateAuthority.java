package dev.meridian.controlplane.cli.certs;

import dev.meridian.tls.CertifiedKey;
import dev.meridian.tls.PeerIdentity;
import dev.meridian.tls.PeerRole;
import dev.meridian.tls.TlsFile;
import dev.meridian.tls.TlsFileException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one cluster, in a directory: {@code ca.crt}, which everybody may have, and
 * {@code ca.key}, with which whoever has it is whoever he likes in the cluster. Its subject names
 * the cluster. Keys are of the curve P-256.
 */
public final class CertificateAuthority {

  /** Name of its two files. */
  public static final String NAME = "ca";

  private static final Duration VALIDITY = Duration.ofDays(3653);

  /** Of hosts that are to use a certificate at once, a clock may be so far behind. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

  private static final int SERIAL_BITS = 127;

  private final String cluster;
  private final CertifiedKey own;
  private final InstantSource clock;

  private CertificateAuthority(String cluster, CertifiedKey own, InstantSource clock) {
    this.cluster = cluster;
    this.own = own;
    this.clock = clock;
  }

  /**
   * Makes one and writes its files.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one
   * @throws IllegalArgumentException when the cluster cannot be named so
   */
  public static CertificateAuthority create(Path directory, String cluster, InstantSource clock)
      throws IOException {
    requireName(cluster);
    KeyPair keys = keyPair();
    X500Name name =
        new X500NameBuilder()
            .addRDN(BCStyle.O, cluster)
            .addRDN(BCStyle.CN, "Meridian CA of " + cluster)
            .build();
    Instant now = clock.instant();
    X509Certificate certificate =
        signed(
            builder(name, name, keys.getPublic(), now, now.plus(VALIDITY)),
            List.of(
                new Part(Extension.basicConstraints, true, new BasicConstraints(0)),
                new Part(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
                new Part(Extension.subjectKeyIdentifier, false, keyId(keys.getPublic()))),
            keys.getPrivate());
    PemFiles.in(directory, NAME).write(certificate, keys.getPrivate());
    return new CertificateAuthority(
        cluster, new CertifiedKey(List.of(certificate), keys.getPrivate()), clock);
  }

  /**
   * The one in a directory.
   *
   * @throws TlsFileException when it cannot be used
   */
  public static CertificateAuthority open(Path directory, InstantSource clock) {
    PemFiles files = PemFiles.in(directory, NAME);
    CertifiedKey own =
        CertifiedKey.read(
            new TlsFile("--ca", files.certificate()),
            new TlsFile("--ca", files.key()),
            clock.instant());
    X500Name name = X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded());
    RDN[] organisations = name.getRDNs(BCStyle.O);
    if (organisations.length != 1 || own.certificate().getBasicConstraints() < 0) {
      throw new IllegalArgumentException(
          "--ca: "
              + files.certificate()
              + " is not an authority of a cluster: expected one that meridianctl certs init made");
    }
    String cluster = IETFUtils.valueToString(organisations[0].getFirst().getValue());
    requireName(cluster);
    return new CertificateAuthority(cluster, own, clock);
  }

  private static void requireName(String cluster) {
    new PeerIdentity(cluster, PeerRole.OPERATOR, "any");
  }

  /** Name of its cluster. */
  public String cluster() {
    return cluster;
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return own.certificate();
  }

  /**
   * Issues a certificate with a new key and writes both.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there are files of this name
   */
  public X509Certificate issue(CertificateOrder order, PemFiles files) throws IOException {
    KeyPair keys = keyPair();
    Instant now = clock.instant();
    Instant end = now.plus(order.validity());
    Instant last = own.certificate().getNotAfter().toInstant();
    X500Name subject =
        new X500NameBuilder().addRDN(BCStyle.O, cluster).addRDN(BCStyle.CN, order.name()).build();
    X509Certificate certificate =
        signed(
            builder(
                X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded()),
                subject,
                keys.getPublic(),
                now,
                end.isBefore(last) ? end : last),
            List.of(
                new Part(Extension.basicConstraints, true, new BasicConstraints(false)),
                new Part(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                new Part(Extension.extendedKeyUsage, false, purposes(order)),
                new Part(Extension.subjectAlternativeName, false, names(order)),
                new Part(Extension.subjectKeyIdentifier, false, keyId(keys.getPublic())),
                new Part(Extension.authorityKeyIdentifier, false, authorityId())),
            own.key());
    files.write(certificate, keys.getPrivate());
    return certificate;
  }

  /** An extension of a certificate (RFC 5280, section 4.2). */
  private record Part(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {}

  private static ExtendedKeyUsage purposes(CertificateOrder order) {
    if (order.isPublic()) {
      return new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth);
    }
    if (order.roles().equals(Set.of(PeerRole.OPERATOR))) {
      return new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
    }
    return new ExtendedKeyUsage(
        new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
  }

  private GeneralNames names(CertificateOrder order) {
    List<GeneralName> names = new ArrayList<>();
    order.roles().stream()
        .sorted()
        .map(role -> new PeerIdentity(cluster, role, order.name()))
        .map(
            identity -> new GeneralName(GeneralName.uniformResourceIdentifier, identity.toString()))
        .forEach(names::add);
    for (String host : order.hosts()) {
      names.add(
          new GeneralName(
              CertificateOrder.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName,
              host));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant end) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(end),
        subject,
        key);
  }

  private static X509Certificate signed(
      X509v3CertificateBuilder builder, List<Part> parts, PrivateKey key) throws IOException {
    try {
      for (Part part : parts) {
        builder.addExtension(part.id(), part.critical(), part.value());
      }
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException | CertificateException e) {
      throw new IllegalStateException("this JVM cannot sign certificates", e);
    }
  }

  private static ASN1Encodable keyId(PublicKey key) {
    return extensions().createSubjectKeyIdentifier(key);
  }

  private ASN1Encodable authorityId() {
    return extensions().createAuthorityKeyIdentifier(own.certificate().getPublicKey());
  }

  private static JcaX509ExtensionUtils extensions() {
    try {
      return new JcaX509ExtensionUtils();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no SHA-1", e);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no curve P-256", e);
    }
  }
}

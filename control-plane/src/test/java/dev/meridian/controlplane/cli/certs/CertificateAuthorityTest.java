package dev.meridian.controlplane.cli.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.tls.CertifiedKey;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.PeerIdentities;
import dev.meridian.tls.PeerIdentity;
import dev.meridian.tls.PeerRole;
import dev.meridian.tls.TlsFile;
import dev.meridian.tls.TlsFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

  private static final Set<PeerRole> BOTH = Set.of(PeerRole.NODE, PeerRole.SERVER);
  private static final List<String> HOSTS = List.of("us.example", "127.0.0.1", "::1");

  @TempDir private Path directory;
  private CertificateAuthority authority;

  @BeforeEach
  void create() throws Exception {
    authority = CertificateAuthority.create(directory, "demo", InstantSource.system());
  }

  private PemFiles issue(String name, Set<PeerRole> roles, Duration validity) throws Exception {
    PemFiles files = PemFiles.in(directory, name);
    authority.issue(new CertificateOrder(name, roles, HOSTS, validity), files);
    return files;
  }

  private static X509Certificate certificate(PemFiles files) {
    return new TlsFile("file", files.certificate()).certificates().getFirst();
  }

  private ClusterCertificates cluster(PemFiles files) {
    return new ClusterCertificates(directory.resolve("ca.crt"), files.certificate(), files.key());
  }

  @Test
  void certificatesSayWhoTheirHolderIsAndWhere() throws Exception {
    X509Certificate certificate = certificate(issue("us-1", BOTH, Duration.ofDays(30)));

    assertThat(PeerIdentities.of(certificate).all())
        .containsExactly(
            new PeerIdentity("demo", PeerRole.NODE, "us-1"),
            new PeerIdentity("demo", PeerRole.SERVER, "us-1"));
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("us.example", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getBasicConstraints()).isNegative();
    certificate.verify(authority.certificate().getPublicKey());
  }

  @Test
  void certificatesOfPublicListenersSayNothingOfTheCluster() throws Exception {
    X509Certificate certificate = certificate(issue("http", Set.of(), Duration.ofDays(30)));

    assertThat(PeerIdentities.of(certificate).all()).isEmpty();
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
  }

  @Test
  void isThereAgainFromItsFiles() throws Exception {
    CertificateAuthority again = CertificateAuthority.open(directory, InstantSource.system());

    assertThat(again.cluster()).isEqualTo("demo");
    assertThat(again.certificate()).isEqualTo(authority.certificate());
    assertThatThrownBy(() -> CertificateAuthority.open(directory.resolve("x"), Instant::now))
        .hasMessage("--ca: " + directory.resolve("x/ca.crt") + " does not exist");
  }

  @Test
  void issuesNothingThatLastsLongerThanItself() throws Exception {
    assertThat(certificate(issue("long", BOTH, Duration.ofDays(9999))).getNotAfter())
        .isEqualTo(authority.certificate().getNotAfter());
  }

  @Test
  void keepsKeysToTheirOwnerAndOverwritesNothing() throws Exception {
    PemFiles files = issue("us-1", BOTH, Duration.ofDays(30));
    byte[] key = Files.readAllBytes(files.key());

    for (Path secret : List.of(files.key(), directory.resolve("ca.key"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
    Files.delete(files.certificate());
    assertThatThrownBy(() -> issue("us-1", BOTH, Duration.ofDays(30)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(files.key().toString());
    assertThat(files.certificate()).doesNotExist();
    assertThat(Files.readAllBytes(files.key())).isEqualTo(key);
    assertThatThrownBy(() -> CertificateAuthority.create(directory, "demo", Instant::now))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void filesAreFitForTheRolesTheyAreOfOnly() throws Exception {
    PemFiles node = issue("n", Set.of(PeerRole.NODE), Duration.ofDays(30));

    cluster(node).check("demo", Set.of(PeerRole.NODE));
    assertThatThrownBy(() -> cluster(node).check("demo", BOTH))
        .isInstanceOf(TlsFileException.class)
        .hasMessage(
            "tls.certificate: "
                + node.certificate()
                + " has meridian://demo/node/n among its names: expected"
                + " meridian://demo/server/NAME, since this process is a server of the cluster"
                + " demo");
    assertThatThrownBy(() -> cluster(node).check("prod", Set.of(PeerRole.NODE)))
        .hasMessageContaining("expected meridian://prod/node/NAME");
  }

  @Test
  void saysWhatIsWrongWithFiles() throws Exception {
    PemFiles one = issue("one", BOTH, Duration.ofDays(30));
    PemFiles two = issue("two", BOTH, Duration.ofDays(30));
    Path empty = Files.writeString(directory.resolve("empty"), "nothing\n");

    assertThatThrownBy(() -> read(one.certificate(), two.key(), Instant.now()))
        .hasMessage(
            "key: " + two.key() + " is not the key of the certificate in " + one.certificate());
    assertThatThrownBy(() -> read(empty, one.key(), Instant.now()))
        .hasMessageStartingWith("cert: " + empty + " holds no certificate");
    assertThatThrownBy(() -> read(one.certificate(), empty, Instant.now()))
        .hasMessageStartingWith("key: " + empty + " holds no key");
    assertThatThrownBy(() -> read(one.certificate(), directory, Instant.now()))
        .hasMessageStartingWith("key: " + directory + " cannot be read");
    assertThatThrownBy(
            () -> read(one.certificate(), one.key(), Instant.now().plus(Duration.ofDays(31))))
        .hasMessageStartingWith("cert: " + one.certificate() + " has expired at ");
    assertThatThrownBy(
            () -> read(one.certificate(), one.key(), Instant.now().minus(Duration.ofDays(1))))
        .hasMessageStartingWith("cert: " + one.certificate() + " is not valid before ");
  }

  /** As openssl writes keys, which is also what cert-manager does by default. */
  @Test
  void readsKeysThatDoNotNameTheirAlgorithm() throws Exception {
    PemFiles files = issue("us-1", BOTH, Duration.ofDays(30));
    CertifiedKey known = read(files.certificate(), files.key(), Instant.now());
    byte[] bare =
        PrivateKeyInfo.getInstance(known.key().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    Path sec1 =
        Files.writeString(
            directory.resolve("sec1.key"),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + "-----BEGIN EC PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(bare)
                + "\n-----END EC PRIVATE KEY-----\n");

    assertThat(read(files.certificate(), sec1, Instant.now()).key()).isEqualTo(known.key());
  }

  private static CertifiedKey read(Path certificate, Path key, Instant now) {
    return CertifiedKey.read(new TlsFile("cert", certificate), new TlsFile("key", key), now);
  }
}

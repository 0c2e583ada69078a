package dev.meridian.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryWatchTest {

  private static final String PASSWORD = "changeit";

  @TempDir private Path directory;

  private X509Certificate certificate(int days) throws Exception {
    Path store = directory.resolve(days + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=test",
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return (X509Certificate) keys.getCertificate("test");
  }

  private static Optional<String> warning(X509Certificate certificate, Duration beforeItsEnd) {
    return ExpiryWatch.warning(
        new TlsFile("http.tls.certificate", Path.of("/etc/http.crt")),
        certificate,
        certificate.getNotAfter().toInstant().minus(beforeItsEnd));
  }

  @Test
  void warnsFourteenDaysBeforeTheEnd() throws Exception {
    X509Certificate certificate = certificate(90);
    assertThat(warning(certificate, Duration.ofDays(14).plusSeconds(1))).isEmpty();
    assertThat(warning(certificate, Duration.ofDays(14).minusSeconds(1)))
        .get()
        .asString()
        .contains("http.tls.certificate expires at ", "in 13 days", "/etc/http.crt");
    assertThat(warning(certificate, Duration.ofSeconds(-1)))
        .get()
        .asString()
        .contains("has expired at " + certificate.getNotAfter().toInstant());
  }

  @Test
  void warnsInTheLastThirdOfAShortLife() throws Exception {
    X509Certificate certificate = certificate(6);
    assertThat(warning(certificate, Duration.ofDays(2).plusSeconds(1))).isEmpty();
    assertThat(warning(certificate, Duration.ofDays(2).minusSeconds(1))).isPresent();
  }

  @Test
  void tellsTheSecondsThatAreLeft() throws Exception {
    X509Certificate certificate = certificate(30);
    Instant end = certificate.getNotAfter().toInstant();
    double atMost = Duration.between(Instant.now(), end).toSeconds();
    double left = ExpiryWatch.secondsLeft(certificate);
    double atLeast = Duration.between(Instant.now(), end).toSeconds();
    assertThat(left).isBetween(atLeast, atMost);
  }
}

package dev.meridian.tls;

import java.nio.file.Path;
import java.time.Instant;

/**
 * The files of a public listener, in PEM.
 *
 * @param certificate the listener's own first, then those between it and its authority's
 */
public record HttpCertificate(Path certificate, Path key) {

  /** Names of the settings. */
  public static final String CERTIFICATE = "http.tls.certificate";

  public static final String KEY = "http.tls.key";

  /**
   * Reads the files.
   *
   * @throws TlsFileException when they cannot be used
   */
  public CertifiedKey read() {
    return CertifiedKey.read(
        new TlsFile(CERTIFICATE, certificate), new TlsFile(KEY, key), Instant.now());
  }
}

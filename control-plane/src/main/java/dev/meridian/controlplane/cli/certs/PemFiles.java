package dev.meridian.controlplane.cli.certs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A certificate and its key on disk, {@code NAME.crt} and {@code NAME.key}; the key is for its
 * owner only. What is there is never overwritten.
 *
 * @param certificate PEM; the holder's own
 * @param key PEM, PKCS #8
 */
public record PemFiles(Path certificate, Path key) {

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /** Where those of a name are. */
  public static PemFiles in(Path directory, String name) {
    return new PemFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
  }

  /** Whether both are there. */
  public boolean exist() {
    return Files.exists(certificate) && Files.exists(key);
  }

  /** Removes them, so that others may be written. */
  public void delete() throws IOException {
    Files.deleteIfExists(certificate);
    Files.deleteIfExists(key);
  }

  /**
   * Writes both, and makes the directory.
   *
   * @throws FileAlreadyExistsException when one is there; then neither is written
   */
  void write(X509Certificate certified, PrivateKey secret) throws IOException {
    for (Path file : List.of(certificate, key)) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    if (certificate.getParent() != null) {
      Files.createDirectories(certificate.getParent());
    }
    try {
      write(key, "rw-------", "PRIVATE KEY", secret.getEncoded());
      write(certificate, "rw-r--r--", "CERTIFICATE", certified.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was just made has no form", e);
    }
  }

  private static void write(Path file, String mode, String what, byte[] der) throws IOException {
    String pem =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                what,
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(der),
                what);
    try (SeekableByteChannel out =
        Files.newByteChannel(
            file,
            NEW,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(pem);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
  }
}

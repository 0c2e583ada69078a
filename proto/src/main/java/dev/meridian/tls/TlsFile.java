package dev.meridian.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A file in PEM, and what named it.
 *
 * @param setting the setting or option, for messages
 */
public record TlsFile(String setting, Path path) {

  /** No file of certificates or keys is larger. */
  private static final long LARGEST = 1 << 20;

  /**
   * The certificates in the file, in their order.
   *
   * @throws TlsFileException when it cannot be read or holds none
   */
  public List<X509Certificate> certificates() {
    return PemText.certificates(this, read());
  }

  String read() {
    try {
      if (Files.size(path) > LARGEST) {
        throw unfit("is larger than 1 MiB: expected certificates or a key in PEM", null);
      }
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw unfit("does not exist", e);
    } catch (IOException e) {
      throw unfit("cannot be read: " + e, e);
    }
  }

  TlsFileException unfit(String reason, Throwable cause) {
    return new TlsFileException(this, reason, cause);
  }
}

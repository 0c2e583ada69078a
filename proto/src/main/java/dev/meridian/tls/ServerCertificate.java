package dev.meridian.tls;

import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;

/** The certificate of a public listener, as its files hold it at the moment. Thread-safe. */
public final class ServerCertificate implements AutoCloseable {

  private final ReloadedKeys keys;
  private final FileWatch watch;
  private final ExpiryWatch expiry;

  private ServerCertificate(HttpCertificate files) {
    keys = new ReloadedKeys(files.read());
    watch =
        FileWatch.start(
            List.of(files.certificate(), files.key()), () -> keys.replace(files.read()));
    expiry =
        ExpiryWatch.start(
            new TlsFile(HttpCertificate.CERTIFICATE, files.certificate()),
            () -> keys.certified().certificate());
  }

  /**
   * Reads the files and begins to watch them: when they change and can be used, new connections get
   * the new certificate.
   *
   * @throws TlsFileException when they cannot be used
   */
  public static ServerCertificate open(HttpCertificate files) {
    return new ServerCertificate(files);
  }

  /** Seconds until the certificate in use expires; negative afterwards. */
  public double secondsLeft() {
    return ExpiryWatch.secondsLeft(keys.certified().certificate());
  }

  /** Presents the certificate. */
  public X509ExtendedKeyManager keyManager() {
    return keys;
  }

  /** For servers of the platform. */
  public SSLContext sslContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  @Override
  public void close() {
    expiry.close();
    watch.close();
  }
}

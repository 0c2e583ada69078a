package dev.meridian.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts certificates that an authority has signed and that say what is expected of their holder.
 * The names of servers are checked by the platform, where the connection asks for it.
 */
public final class AuthorityTrust extends X509ExtendedTrustManager {

  /** What a certificate must say beside being signed. */
  interface Expectation {
    void check(X509Certificate certificate) throws CertificateException;
  }

  private final Supplier<X509ExtendedTrustManager> authorities;
  private final Expectation expectation;

  AuthorityTrust(Supplier<X509ExtendedTrustManager> authorities, Expectation expectation) {
    this.authorities = authorities;
    this.expectation = expectation;
  }

  /** Of whatever these authorities have signed. */
  public static AuthorityTrust in(List<X509Certificate> authorities) {
    X509ExtendedTrustManager platform = platform(authorities);
    return new AuthorityTrust(() -> platform, certificate -> {});
  }

  /** Of metadata servers, of whatever cluster, among what these authorities have signed. */
  public static AuthorityTrust inServersOf(List<X509Certificate> authorities) {
    X509ExtendedTrustManager platform = platform(authorities);
    return new AuthorityTrust(
        () -> platform,
        certificate -> {
          PeerIdentities identities = PeerIdentities.of(certificate);
          if (identities.all().stream().noneMatch(each -> each.role() == PeerRole.SERVER)) {
            throw new CertificateException(
                "the certificate is of " + identities + ": expected a metadata server's");
          }
        });
  }

  static X509ExtendedTrustManager platform(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509ExtendedTrustManager.class::isInstance)
          .map(X509ExtendedTrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("this JVM trusts no X.509 certificates"));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("these authorities cannot be trusted", e);
    }
  }

  /** For clients of the platform, which show no certificate of their own. */
  public SSLContext sslContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {this}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  private void requireExpected(X509Certificate[] chain) throws CertificateException {
    expectation.check(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities.get().checkClientTrusted(chain, authType);
    requireExpected(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authorities.get().checkClientTrusted(chain, authType, socket);
    requireExpected(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities.get().checkClientTrusted(chain, authType, engine);
    requireExpected(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities.get().checkServerTrusted(chain, authType);
    requireExpected(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authorities.get().checkServerTrusted(chain, authType, socket);
    requireExpected(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities.get().checkServerTrusted(chain, authType, engine);
    requireExpected(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.get().getAcceptedIssuers();
  }
}

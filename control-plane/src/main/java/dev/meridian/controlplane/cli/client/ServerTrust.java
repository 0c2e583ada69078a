package dev.meridian.controlplane.cli.client;

import dev.meridian.tls.AuthorityTrust;
import dev.meridian.tls.CertifiedKey;
import dev.meridian.tls.TlsFile;
import dev.meridian.tls.TlsFileException;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a server is known, and the operator to it: by certificates, or not at all, in plain text.
 *
 * @param credentials of the connection to it
 * @param authority which signs what is trusted; empty: plain text
 * @param certified whether the operator has a certificate
 */
public record ServerTrust(
    ChannelCredentials credentials, Optional<AuthorityTrust> authority, boolean certified) {

  /** Nobody is known. */
  public static final ServerTrust PLAIN_TEXT =
      new ServerTrust(InsecureChannelCredentials.create(), Optional.empty(), false);

  /** The operator's certificate and key. */
  public record Identity(TlsFile certificate, TlsFile key) {}

  /**
   * TLS.
   *
   * @param ca certificates of the authorities that sign those of servers
   * @param identity of the operator, if he has one
   * @throws AdminException when a file cannot be used
   */
  public static ServerTrust in(TlsFile ca, Optional<Identity> identity) {
    try {
      List<X509Certificate> authorities = ca.certificates();
      TlsChannelCredentials.Builder credentials =
          TlsChannelCredentials.newBuilder().trustManager(AuthorityTrust.inServersOf(authorities));
      identity
          .map(files -> CertifiedKey.read(files.certificate(), files.key(), Instant.now()))
          .ifPresent(own -> credentials.keyManager(own.keyManager()));
      return new ServerTrust(
          credentials.build(), Optional.of(AuthorityTrust.in(authorities)), identity.isPresent());
    } catch (TlsFileException e) {
      throw AdminException.failed(e.getMessage(), e);
    }
  }

  /** Whether the connection is encrypted. */
  public boolean isSecure() {
    return authority.isPresent();
  }

  /** For clients of HTTPS: what the operator trusts, else what the platform does. */
  public Optional<SSLContext> https() {
    return authority.map(AuthorityTrust::sslContext);
  }
}

package dev.meridian.deploy;

import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.tls.AuthorityTrust;
import dev.meridian.tls.CertifiedKey;
import dev.meridian.tls.TlsFile;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * A client that trusts an authority, and shows a certificate or none.
 *
 * @param authority file of its certificate
 * @param shown what the client shows
 */
record TlsClient(Path authority, Optional<PemFiles> shown) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static TlsClient anonymous(Path authority) {
    return new TlsClient(authority, Optional.empty());
  }

  static TlsClient showing(Path authority, PemFiles shown) {
    return new TlsClient(authority, Optional.of(shown));
  }

  private AuthorityTrust trust() {
    return AuthorityTrust.in(new TlsFile("authority", authority).certificates());
  }

  private Optional<KeyManager> keys() {
    return shown.map(files ->
        CertifiedKey.read(
                new TlsFile("certificate", files.certificate()),
                new TlsFile("key", files.key()),
                Instant.now())
            .keyManager());
  }

  SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys().map(own -> new KeyManager[] {own}).orElse(null), new TrustManager[] {trust()}, null);
    return context;
  }

  HttpClient http(HttpClient.Version version) throws GeneralSecurityException {
    return HttpClient.newBuilder()
        .sslContext(context())
        .version(version)
        .connectTimeout(PATIENCE)
        .build();
  }

  ChannelCredentials grpc() {
    TlsChannelCredentials.Builder builder =
        TlsChannelCredentials.newBuilder().trustManager(trust());
    keys().ifPresent(builder::keyManager);
    return builder.build();
  }

  /**
   * The first byte that a server sends after the handshake and these bytes: by TLS 1.3 a client
   * hears only then that its certificate is refused.
   *
   * @param protocol chosen by ALPN
   */
  int firstByte(String address, String protocol, String sent)
      throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connected(address, protocol)) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read();
    }
  }

  /** What a server shows. */
  X509Certificate served(String address) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connected(address, "http/1.1")) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** A connection after the handshake; reads end with a failure when nothing comes. */
  SSLSocket connected(String address, String protocol)
      throws IOException, GeneralSecurityException {
    HostAndPort at = HostAndPort.of(address);
    SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket();
    socket.connect(new InetSocketAddress(at.host(), at.port()), (int) PATIENCE.toMillis());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private record HostAndPort(String host, int port) {
    static HostAndPort of(String address) {
      int colon = address.lastIndexOf(':');
      return new HostAndPort(
          address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
  }
}

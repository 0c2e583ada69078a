package dev.meridian.node.peer;

import dev.meridian.tls.ClusterIdentity;
import dev.meridian.tls.PeerRole;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How nodes know one another: each shows a certificate of the cluster's authority that says that it
 * is a node of this cluster. Without certificates they talk within one host only.
 */
public final class PeerTls {

  /** Plain text. */
  public static final PeerTls NONE = new PeerTls(Optional.empty());

  private final Optional<ClusterIdentity> identity;

  private PeerTls(Optional<ClusterIdentity> identity) {
    this.identity = identity;
  }

  /** Both sides show certificates. */
  public static PeerTls mutual(ClusterIdentity identity) {
    return new PeerTls(Optional.of(identity));
  }

  /** Whether nodes know whom they talk to, so that they may do so over a network. */
  boolean isMutual() {
    return identity.isPresent();
  }

  HttpServerOptions secured(HttpServerOptions options) {
    identity.ifPresent(own -> {
      certified(options, own);
      options.setClientAuth(ClientAuth.REQUIRED);
    });
    return options;
  }

  /**
   * The client checks the host's name too.
   *
   * @param connect until a connection is made, its handshake included
   */
  HttpClientOptions secured(HttpClientOptions options, Duration connect) {
    identity.ifPresent(own -> {
      certified(options, own);
      options
          .setVerifyHost(true)
          .setSslHandshakeTimeout(connect.toMillis())
          .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    });
    return options;
  }

  private static void certified(TCPSSLOptions options, ClusterIdentity own) {
    options
        .setSsl(true)
        .setKeyCertOptions(KeyCertOptions.wrap(own.keyManager()))
        .setTrustOptions(TrustOptions.wrap(own.trustManager(PeerRole.NODE)));
  }
}

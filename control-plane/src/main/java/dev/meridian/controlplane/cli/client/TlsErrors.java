package dev.meridian.controlplane.cli.client;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why two sides do not come to an understanding on who they are. */
final class TlsErrors {

  private TlsErrors() {}

  /** What is wrong, if it is that; nothing was sent then. */
  static Optional<String> reason(Status status, ServerTrust trust) {
    Throwable cause = status.getCause();
    Optional<String> reason =
        find(cause, CertificateException.class)
            .map(e -> "its certificate is not trusted: " + innermost(e))
            .or(() ->
                find(cause, NotSslRecordException.class)
                    .map(e ->
                        "it speaks plain text: leave out --ca, --cert and --key, or make them empty"
                            + " (--ca '') where variables or a context say them"))
            .or(() -> find(cause, SSLException.class).map(e -> refused(e, trust)));
    return reason.or(() -> plainText(status, trust));
  }

  private static String refused(SSLException e, ServerTrust trust) {
    return trust.certified()
        ? "it refuses the certificate of --cert: is that of the role operator, and signed by the"
            + " cluster's authority? ("
            + e.getMessage()
            + ")"
        : "the handshake failed: " + e.getMessage();
  }

  /** A server that wants TLS closes such a connection at once, without a word that we know. */
  private static Optional<String> plainText(Status status, ServerTrust trust) {
    return !trust.isSecure()
            && status.getCode() == Status.Code.UNAVAILABLE
            && status.getCause() == null
            && "Network closed for unknown reason".equals(status.getDescription())
        ? Optional.of(
            "it closed the connection, which is in plain text: if it speaks TLS, --ca names the"
                + " authority of its certificate")
        : Optional.empty();
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return Optional.of(type.cast(each));
      }
    }
    return Optional.empty();
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}

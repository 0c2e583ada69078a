package dev.meridian.loadtest.http;

import java.net.URI;

/** Where connections go: scheme, host and port (RFC 6454). */
public record Origin(boolean secure, String host, int port) {

  /**
   * The origin of an absolute URI.
   *
   * @throws IllegalArgumentException when it is not http or https, or names no host
   */
  public static Origin of(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    if (!secure && !"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "address \""
              + uri
              + "\" is not valid: expected http://HOST[:PORT] or https://HOST[:PORT]");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    return new Origin(secure, uri.getHost(), port);
  }

  /** The {@code Host} header's value. */
  public String authority() {
    return port == (secure ? 443 : 80) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return (secure ? "https://" : "http://") + authority();
  }
}

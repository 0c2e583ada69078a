package dev.meridian.deploy.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on or to connect to, {@code host:port}; an IPv6 host stands in brackets.
 *
 * @param host without the brackets
 * @param port 0 to 65535; 0 takes a free one where that is allowed
 */
public record HostAndPort(String host, int port) {

  private static final Pattern PATTERN =
      Pattern.compile(
          "(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))):([0-9]{1,5})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1");
  private static final Pattern WILDCARD = Pattern.compile("0\\.0\\.0\\.0|[0:]*:[0:]*");

  /**
   * Parses {@code 127.0.0.1:5000}, {@code registry.example:5000} or {@code [::1]:5000}.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static HostAndPort parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : -1;
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("'" + text + "' is not an address");
    }
    return new HostAndPort(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port);
  }

  /** Whether it is an address of this host only, decided by its text: names are not resolved. */
  boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  /** Whether it stands for all addresses of this host, so that nobody can connect to it. */
  boolean isWildcard() {
    return WILDCARD.matcher(host).matches();
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

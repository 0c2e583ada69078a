package dev.meridian.controlplane.cli.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the gRPC services of a metadata server are.
 *
 * @param host a name or an address; without brackets
 */
public record ServerAddress(String host, int port) {

  private static final Pattern PATTERN =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9][A-Za-z0-9.-]{0,252})):([0-9]{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Parses {@code 127.0.0.1:5200}, {@code metadata.example:5200} or {@code [::1]:5200}.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static ServerAddress parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
    if (port < 1 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address: expected HOST:PORT, such as 127.0.0.1:5200");
    }
    return new ServerAddress(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

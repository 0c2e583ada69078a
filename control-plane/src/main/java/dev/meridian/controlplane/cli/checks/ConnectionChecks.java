package dev.meridian.controlplane.cli.checks;

import dev.meridian.controlplane.cli.client.ServerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the way to the server that is asked is what it should be. */
public final class ConnectionChecks {

  private ConnectionChecks() {}

  /** The checks of one address. */
  public static List<Check> of(ServerAddress server) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(server.host());
      return List.of(name(server, addresses), encryption(server, addresses));
    } catch (UnknownHostException e) {
      return List.of(
          Check.fail(
              "name",
              server.host(),
              "cannot be resolved",
              "mend DNS or /etc/hosts, or use --server with an address"));
    }
  }

  private static Check name(ServerAddress server, InetAddress[] addresses) {
    return Check.ok(
        "name",
        server.host(),
        Arrays.stream(addresses)
            .map(InetAddress::getHostAddress)
            .collect(Collectors.joining(", ", "is ", "")));
  }

  /** Servers refuse to listen elsewhere, so this tells of a tunnel or a proxy. */
  private static Check encryption(ServerAddress server, InetAddress[] addresses) {
    return Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress)
        ? Check.ok("tls", server.toString(), "plain text, within this host")
        : Check.warn(
            "tls",
            server.toString(),
            "plain text, over a network",
            "run meridianctl on the server's host: there is no TLS yet");
  }
}

package dev.meridian.controlplane.cli.checks;

import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.client.ServerTrust;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the way to the server that is asked is what it should be. */
public final class ConnectionChecks {

  private ConnectionChecks() {}

  /** The checks of one address. */
  public static List<Check> of(ServerAddress server, ServerTrust trust) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(server.host());
      return List.of(name(server, addresses), encryption(server, trust, addresses));
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

  /** Servers refuse plain text from elsewhere, so this tells of a tunnel or a proxy. */
  private static Check encryption(
      ServerAddress server, ServerTrust trust, InetAddress[] addresses) {
    if (trust.isSecure()) {
      return Check.ok(
          "tls",
          server.toString(),
          trust.certified() ? "both sides show certificates" : "the server shows a certificate");
    }
    return Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress)
        ? Check.ok("tls", server.toString(), "plain text, within this host")
        : Check.warn(
            "tls",
            server.toString(),
            "plain text, over a network",
            "use TLS: --ca, --cert and --key");
  }
}

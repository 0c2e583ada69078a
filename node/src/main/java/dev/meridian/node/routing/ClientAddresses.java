package dev.meridian.node.routing;

import inet.ipaddr.IPAddress;
import inet.ipaddr.format.util.DualIPv4v6Tries;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Addresses of clients, seen through load balancers that are trusted. Each of these adds the one
 * that it was called by at the end of {@code X-Forwarded-For}, or of {@code Forwarded} (RFC 7239),
 * so the client is the last one there that is not trusted itself; what stands before it is its own
 * word. Where both headers are, {@code X-Forwarded-For} counts.
 */
public final class ClientAddresses {

  private final DualIPv4v6Tries trusted = new DualIPv4v6Tries();

  /**
   * @param trusted networks of load balancers
   */
  public ClientAddresses(Collection<Network> trusted) {
    trusted.forEach(network -> this.trusted.add(network.block()));
  }

  /** Whether the connection is one of a load balancer that is trusted. */
  boolean isThroughTrusted(ClientOrigin client) {
    return IpText.address(client.remote()).filter(this::isTrusted).isPresent();
  }

  /** The client's address; empty when a load balancer does not tell it. */
  Optional<IPAddress> of(ClientOrigin client) {
    Optional<IPAddress> address = IpText.address(client.remote());
    if (address.filter(this::isTrusted).isEmpty()) {
      return address;
    }
    Iterator<String> hops = hops(client).descendingIterator();
    while (address.filter(this::isTrusted).isPresent() && hops.hasNext()) {
      address = IpText.address(withoutPort(hops.next()));
    }
    return address;
  }

  /** Where the client is; where a load balancer does not tell its address, the load balancer. */
  public ClientAddress client(ClientOrigin client) {
    return of(client)
        .map(ClientAddress::of)
        .orElseGet(() -> ClientAddress.ofRemote(client.remote()));
  }

  private boolean isTrusted(IPAddress address) {
    return trusted.elementContains(address);
  }

  /** Who called whom, the first caller first. */
  private static Deque<String> hops(ClientOrigin client) {
    Stream<String> hops =
        client
            .headers()
            .apply("X-Forwarded-For")
            .map(ClientAddresses::items)
            .or(() ->
                client
                    .headers()
                    .apply("Forwarded")
                    .map(header -> items(header).map(ClientAddresses::forParameter)))
            .orElse(Stream.empty());
    return new ArrayDeque<>(hops.toList());
  }

  private static Stream<String> items(String header) {
    return Arrays.stream(header.split(",")).map(String::strip);
  }

  /** Of {@code for="[2001:db8::1]:4711";proto=https}; nothing when the hop does not say. */
  private static String forParameter(String element) {
    List<String> values =
        Arrays.stream(element.split(";"))
            .map(String::strip)
            .filter(pair -> pair.toLowerCase(Locale.ROOT).startsWith("for="))
            .map(pair -> pair.substring("for=".length()).replace("\"", ""))
            .toList();
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Of {@code 192.0.2.1:80}, {@code [2001:db8::1]:80} and the same without a port. */
  private static String withoutPort(String node) {
    if (node.startsWith("[")) {
      return node.substring(1, Math.max(1, node.indexOf(']')));
    }
    boolean ipv4WithPort = node.indexOf('.') >= 0 && node.indexOf(':') == node.lastIndexOf(':');
    return ipv4WithPort && node.indexOf(':') >= 0 ? node.substring(0, node.indexOf(':')) : node;
  }
}

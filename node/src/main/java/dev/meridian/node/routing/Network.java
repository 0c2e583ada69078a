package dev.meridian.node.routing;

import inet.ipaddr.IPAddress;

/**
 * A network of IPv4 or IPv6 addresses.
 *
 * @param cidr in CIDR form, as in {@code 10.1.0.0/16}
 */
public record Network(String cidr) {

  public Network {
    cidr =
        IpText.network(cidr)
            .map(IPAddress::toCanonicalString)
            .orElseThrow(() -> new IllegalArgumentException("not a network"));
  }

  /**
   * Parses a network such as {@code 10.1.0.0/16} or {@code 2001:db8::/32}; an address is a network
   * of its own.
   *
   * @throws IllegalArgumentException when the text is neither, or bits behind the prefix are set
   */
  public static Network parse(String text) {
    return new Network(text);
  }

  IPAddress block() {
    return IpText.network(cidr).orElseThrow();
  }

  @Override
  public String toString() {
    return cidr;
  }
}
